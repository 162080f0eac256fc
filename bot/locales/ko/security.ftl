refused-token = 봇의 비밀 키(토큰)를 보내셨습니다. 이 키가 있으면 누구나 봇을 조종할 수 있습니다. 키는 저장하지 않았습니다. 보내신 메시지를 지운 뒤 키를 새로 발급받으세요. Telegram에서는 @BotFather에게 /revoke를 보내고, Discord에서는 개발자 포털에서 ‘Reset Token’을 누르면 됩니다.
