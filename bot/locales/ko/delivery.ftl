# Delivery: subscriptions, alerts, digests, corrections.

## What is pushed

push-alert = 새 소식
push-flash = 속보
push-correction = 바로잡습니다
push-instead = { $label } 메시지를 고칠 수 없어 이 메시지로 대신합니다.
push-corrected = { $date }에 정정됐습니다.
push-corrected-because = { $date }에 정정됐습니다. 내용: { $note }
push-digest-daily = { $date } 소식 모음
push-digest-weekly = { $date } 주간 소식 모음
push-digest-late = 이번 소식 모음은 늦게 보내 드립니다.
push-digest-merged = 이번 소식 모음은 늦게 보내 드리며, 보내지 못한 이전 { $count }회분도 함께 담았습니다.
push-digest-more = 그 밖의 소식 { $count }건:
push-notice-nothing = 지난번 이후 새로 게시된 소식이 없습니다.
button-why = 받은 이유

## What owners are told

watch-heading = { $label } 발송에 문제가 생겼습니다
watch-nobody = 보낼 시각이 30초 지났는데 아직 한 곳에도 전달되지 않았습니다.
watch-stalled = 대화방 { $count }곳에 전달된 뒤 발송이 멈췄습니다.
watch-next = 서버에서 다음 명령으로 경과를 확인하세요:
off-heading = { $platform } 연결이 끊겼습니다
off-queued = { $platform }에서 더는 봇의 접속을 허용하지 않습니다. 아직 보내지 못한 메시지는 그대로 기다리다가 봇이 다시 연결되면 발송됩니다.
off-next = 서버에서 다음 설정을 확인하고 유효한 토큰을 넣은 뒤 봇을 다시 시작하세요:
delivery-queued = 대기 중
delivery-started = 발송 중
delivery-delivered = 전달됨
delivery-uncertain = 확인 불가
delivery-rejected = 거부됨
delivery-expired = 시한 지남
delivery-cancelled = 취소됨

## Recurring notices

schedule-heading = 예약과 정기 알림
schedule-empty = 예약된 게시나 정기 알림이 없습니다.
schedule-line = 게시 가능 시각: { $time } 이후
notice-added = { $label } 정기 알림을 시작합니다.
notice-proposed = { $label } 정기 알림은 다른 편집자가 한 번 확인하면 시작됩니다.
notice-stopped = { $label } 정기 알림을 중지해 더는 보내지 않습니다:
notice-every-day = 매일
notice-next = 다음: { $time }
notice-waits = 확인 전
notice-how = 정기 알림은 지난번 이후의 새 소식을 전합니다. 예: /schedule 매주 월요일 9시: 이번 주 조약 소식
button-notice-confirm = { $label } 확인
button-notice-stop = { $label } 중지
mistake-notice = ‘{ $value }’에서 보낼 시각을 알 수 없습니다. 예: /schedule 매주 월요일, 목요일 9시: 이번 주 조약 소식
mistake-notice-day = ‘{ PARTICLE($value, "은/는", after: "’") } 요일이 아닙니다. 예: /schedule 매주 월요일, 목요일 9시: 이번 주 조약 소식
mistake-notice-title = 쌍점 뒤에 제목이 없거나 너무 깁니다(최대 { $limit }자). 예: /schedule 매일 18시: 오늘의 소식
refused-notice-confirmed = { $label } 정기 알림은 이미 확인됐습니다.
refused-notice-moved = 그사이 다른 사람이 { $label } 정기 알림을 처리했습니다.
refused-notices = 정기 알림이 너무 많습니다(최대 { $limit }건). 먼저 하나를 중지하세요.
unknown-notice = ‘{ $value }’ 정기 알림은 없습니다.

## Subscriptions
subscribed = 구독했습니다
subscribed-heading-place = 구독했습니다: { $chat }
wants-everything = 전체
wants-else = 그 밖의 모든 주제
mode-instant = 게시 즉시
mode-daily = 일간 소식 모음으로
mode-weekly = 주간 소식 모음으로
mode-off = 받지 않음
subscription-language = 언어: { $language }
subscription-zone = 시간대: { $zone }
subscription-digest = 소식 모음 시각: { $time }(주간은 { $day })
next-daily = 다음 일간 소식 모음: { $time }
next-weekly = 다음 주간 소식 모음: { $time }
subscription-quiet = 방해 금지 시간: { $since }–{ $until }(속보는 이때도 보냅니다)
subscription-quiet-none = 방해 금지 시간: 없음
subscription-silent = 알림 소리: 꺼짐
subscription-loud = 알림 소리: 켜짐
subscription-fallback = 이 토픽이 닫히면 기본 대화방으로 보냅니다
subscription-no-fallback = 이 토픽이 닫혀도 기본 대화방으로는 보내지 않습니다
subscription-paused = 일시중지({ $date }): 재개하기 전에는 아무것도 보내지 않습니다.
subscription-unreachable = 연결 불가({ $date }): 이 대화방에 메시지를 전달하지 못했습니다.
subscription-ended = 구독 종료({ $date }): 더는 아무것도 보내지 않습니다.
subscription-how = 바꾸거나 해지하려면:
preview = 지난 한 주 동안 구독했다면 다음 { $count }건을 받으셨을 것입니다:
preview-more = 지난 한 주 동안 구독했다면 다음 { $count }건을 비롯해 더 많은 소식을 받으셨을 것입니다:
preview-none = 지난 한 주 동안에는 보낼 만한 소식이 없었습니다.
unsubscribed = 해지했습니다. 더는 아무것도 보내지 않습니다.
unsubscribed-nothing = 구독하고 있지 않아 보내는 소식도 없습니다.
unsubscribed-topics = 변경했습니다. 이제 이 대화방은 다음과 같이 소식을 받습니다:
weekday-monday = 월요일
weekday-tuesday = 화요일
weekday-wednesday = 수요일
weekday-thursday = 목요일
weekday-friday = 금요일
weekday-saturday = 토요일
weekday-sunday = 일요일

## Settings
settings-heading = 설정
settings-heading-place = 설정: { $chat }
settings-none = 아직 구독하고 있지 않습니다.
settings-admins = 누구나 볼 수 있지만 관리자만 바꿀 수 있습니다.
settings-ask-language = 어느 언어로 할까요?
settings-ask-timezone = 어느 시간대로 할까요? 버튼을 누르거나 다음과 같이 입력하세요:
settings-ask-digest = 소식 모음을 언제 보낼까요? 시각이나 주간 소식 모음의 요일을 고르거나 다음과 같이 입력하세요:
settings-ask-quiet = 방해 금지 시간을 언제로 할까요? 속보는 이때도 보냅니다. 버튼을 누르거나 다음과 같이 입력하세요:
setting-language = 언어
setting-timezone = 시간대
setting-digest = 소식 모음 시각
setting-quiet = 방해 금지 시간
setting-silent = 무음
setting-thread-fallback = 닫힌 토픽 처리
setting-pause = 일시중지
setting-resume = 재개
button-settings = 설정
button-subscribe = 구독
button-unsubscribe = 구독 해지
button-mode-instant = 즉시 받기
button-mode-daily = 매일 모아 받기
button-mode-weekly = 매주 모아 받기
button-silent = 소리 끄기
button-loud = 소리 켜기
button-pause = 일시중지
button-resume = 재개
button-fallback = 닫히면 기본 대화방으로
button-no-fallback = 기본 대화방에 안 보내기
button-back = ◀ 설정
button-on = 켜기
button-off = 끄기
mistake-not-subscribed = 아직 구독하고 있지 않아 바꿀 것이 없습니다. 먼저 구독하세요.
mistake-setting = ‘{ $value }’ 설정은 없습니다. 다음 항목을 바꿀 수 있습니다:
mistake-zone = ‘{ $value }’ 시간대는 없습니다. 혹시 이 가운데 하나인가요?
mistake-digest = ‘{ $value }’에서 시각이나 요일을 찾을 수 없습니다. 아래에서 고르거나 08:30처럼 시각을 쓰세요.
mistake-quiet = ‘{ $value }’에서 방해 금지 시간을 알 수 없습니다. 22:00-07:00처럼 서로 다른 두 시각을 쓰세요.
mistake-switch = ‘{ PARTICLE($value, "은/는", after: "’") } 쓸 수 없습니다. 켜기와 끄기 가운데 고르세요.
refused-subscription-admin = 이 대화방에서 받을 소식은 대화방 관리자만 바꿀 수 있습니다.
refused-subscription-anonymous = 그룹, 채널 또는 봇의 이름으로 쓰고 계셔서 관리자인지 확인할 수 없습니다. 익명 설정을 끄세요. 채널은 개인 대화에서 설정합니다: /subscribe @channel
refused-chat-elsewhere = { $chat }에서 받을 소식은 그룹에서 설정할 수 없습니다. 개인 대화에서 설정하세요.
refused-chat-unproven = { $chat }의 관리자인지 확인할 수 없습니다. 저를 그곳에 추가하고(채널이면 글을 올릴 수 있는 관리자로) 본인도 관리자인지 확인한 뒤 다시 시도하세요.
refused-chat-mute = 저에게 { $chat }에 글을 올릴 권한이 없습니다. 권한을 준 뒤 다시 시도하세요.

## Why a message came
why-heading = 이 대화방의 { $label } 발송 상황
why-heading-place = { $chat }의 { $label } 발송 상황
why-alert = 소식
why-correction = 정정
why-digest = 소식 모음
why-notice = 정기 알림
why-delivered = 전달된 시각: { $time }
why-queued = { $time }까지 기다립니다.
why-started = 보내는 중입니다.
why-uncertain = 보냈지만 플랫폼의 응답을 받지 못해 도착했는지 알 수 없습니다.
why-rejected = 전달하지 못했습니다.
why-expired = 보낼 수 있게 됐을 때는 이미 늦어 보내지 않았습니다.
why-cancelled = 보내지 않았습니다.
why-never = 이 대화방에는 따로 보내지 않았습니다.
why-nothing-yet = 아직 이 대화방에 보낸 메시지가 없습니다.
why-unsubscribed = 이 대화방은 구독하고 있지 않습니다.
why-wanted = 구독 내용:
why-not-wanted = 이 대화방은 이 주제의 소식을 받지 않습니다.
why-since = 구독 시작: { $date }
reason-superseded = 새 내용으로 대체됐습니다.
reason-undone = 게시가 취소됐습니다.
reason-quiet = 지금은 이 대화방의 방해 금지 시간입니다.
reason-limit = 플랫폼이 발송 속도를 늦추라고 요청했습니다.
reason-turn = 먼저 보낼 메시지가 있습니다.
reason-nothing = 이곳에는 고칠 메시지가 없습니다.
reason-paused = 구독이 일시중지 상태였습니다.
reason-unreachable = 대화방에 연결할 수 없었습니다.
reason-ended = 구독이 이미 끝난 상태였습니다.
trouble-unreached = 플랫폼에 연결하지 못했습니다.
trouble-outage = 플랫폼에 장애가 있었습니다.
trouble-lost = 플랫폼의 응답을 받지 못했습니다.
trouble-chat-limit = 이 대화방에 한꺼번에 너무 많이 보냈습니다.
trouble-limit = 플랫폼이 발송 속도를 늦추라고 요청했습니다.
trouble-moved = 대화방의 번호가 바뀌었습니다.
trouble-gone = 대화방이 없어졌거나 제가 차단됐습니다.
trouble-topic-gone = 토픽이 닫혔거나 삭제됐습니다.
trouble-uneditable = 이제 메시지를 고칠 수 없습니다.
trouble-refused = 플랫폼이 거부했습니다.
trouble-off = 플랫폼이 연결되어 있지 않습니다.
unknown-alert = ‘{ $value }’ 메시지는 없습니다. 혹시 이 가운데 하나인가요?
unknown-alert-entry = { PARTICLE($label, "은/는") } 알린 적이 없어 보낸 메시지도 없습니다.
refused-why-elsewhere = 다른 대화방이 받은 소식은 편집자와 그 대화방의 관리자만 볼 수 있습니다.
button-why-last = 마지막 메시지

## Rehearsals

button-rehearse = 모의 발송
rehearsal-heading = { $label } 모의 발송: 실제로는 보내지 않습니다
rehearsal-reach = 지금 게시하면 바로 받을 대화방: { $count }곳
rehearsal-held = 그중 { $count }곳은 지금 방해 금지 시간이라 나중에 받습니다.
rehearsal-digests = 그 밖에 대화방 { $count }곳은 소식 모음으로 받습니다.
rehearsal-change = 지금 게시하면 이 항목을 알린 메시지만 수정되고 다른 곳에는 보내지 않습니다.
rehearsal-staged = 점검용 대화방 { $count }곳에 표시했습니다.
refused-rehearse = { PARTICLE($label, "은/는") } 이미 처리되어 모의 발송을 할 수 없습니다.
staging-here = 이제부터 모의 발송을 이 대화방에도 표시합니다. 그만두려면:
staging-off = 이제 이 대화방에는 모의 발송을 표시하지 않습니다.
