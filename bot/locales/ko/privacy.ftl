# What is kept about a person, for how long, and how they get it and erase it

privacy-heading = 개인 정보
privacy-intro = 이 봇이 사용자에 관해 보관하는 정보:
privacy-days = { $days }일
privacy-language = /language로 고른 언어(숫자 식별자와 함께, 다른 언어를 고를 때까지)
privacy-subscription = 구독 내용과 설정, 소식 모음을 어디까지 보냈는지(대화방 번호와 함께, 구독을 해지하거나 봇을 차단하면 그 뒤 { $time } 동안)
privacy-sent = 언제 어떤 메시지를 보냈는지(정정 내용을 그 메시지에 반영하기 위해, 같은 내용의 마지막 소식 뒤 { $time } 동안), 소식 모음을 보내기로 한 날짜({ $slots } 동안), 플랫폼이 발송을 멈추라고 요청했다면 언제까지 대화방에 보낼 수 없었는지
privacy-desk = 제안이나 신고, 결정을 하면 생기는 계정과 그 권한, 연결한 계정(제안, 신고, 결정, 투표는 임의의 가명으로 보관하며, /forgetme를 쓰면 기록은 그대로 두고 가명과 본인을 잇는 정보를 지움)
privacy-link = 본인의 다른 계정을 연결하는 코드(해시값만, 기한이 지난 뒤 { $time } 동안)
privacy-cards = 개인 대화방에 검토 카드나 모의 발송을 표시하도록 했는지와 그곳에 무엇이 있는지
privacy-questions = 답을 찾지 못한 질문(글만 보관하며 누가 물었는지는 보관하지 않음, 마지막으로 들어온 뒤 { $asked } 동안, 이메일 주소와 계정 이름, 긴 번호는 지움). 답이 나오면 알려 달라고 신청한 경우에는 숫자 식별자도 함께 보관(알림을 보낼 때까지, 길어도 { $time })
privacy-forms = 쓰다 만 양식의 답(보내거나 취소할 때까지, 길어도 { $time })
privacy-buttons = 무언가를 바꾸는 버튼의 명령어(버튼이 있는 대화방, 경우에 따라 누를 수 있는 사람과 함께, { $time } 동안)
privacy-lines = 긴 검색어처럼 버튼에 들어가지 않는 명령어(글만 보관하며 누가 입력했는지는 보관하지 않음, 마지막으로 보여 준 뒤 { $time } 동안)
privacy-updates = 같은 요청에 두 번 답하지 않기 위한 Telegram 업데이트 일련번호({ $time } 동안, 글과 사용자 식별자는 제외)
privacy-logs = 메시지 내용이 없고 사용자 식별자 대신 기호를 적은 기술 로그
privacy-not = 메시지와 이름, 누가 무엇을 물었는지는 보관하지 않습니다.
privacy-yours = 이 모든 정보는 /mydata로 파일에 담아 받을 수 있고, /forgetme로 지울 수 있습니다.

mydata-file = 이 봇이 사용자에 관해 보관하는 모든 정보가 이 파일에 들어 있습니다. 프로그램으로도 읽을 수 있는 형식입니다. 각 정보의 뜻은 /privacy에서 볼 수 있고, 지우려면 /forgetme를 쓰세요.
mydata-nothing = 이 봇은 사용자에 관해 아무것도 보관하지 않습니다. 여기에서 사용자의 식별자는 { $who }입니다.
mydata-elsewhere = 개인 대화방의 정보는 그곳에서만 찾을 수 있습니다. 개인 대화방에서도 /mydata를 써 주세요.
forget-elsewhere = 개인 대화방의 정보는 그곳에서만 지울 수 있습니다. 개인 대화방에서도 /forgetme를 써 주세요.
