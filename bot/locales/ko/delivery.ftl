# Delivery: subscriptions, alerts, digests, corrections.

## What is pushed

push-alert = 새 소식
push-flash = 속보
push-correction = 변경
push-instead = 더 이상 수정할 수 없는 메시지 { $label }을(를) 대신합니다.
push-corrected = { $date } 정정.
push-corrected-because = { $date } 정정: { $note }
push-digest-daily = { $date } 소식 모음
push-digest-weekly = { $date } 주간 소식 모음
push-digest-late = 이 소식 모음은 늦게 발송되었습니다.
push-digest-merged = 이 소식 모음은 늦게 발송되었으며, 발송하지 못한 이전 소식 모음 { $count }건을 포함합니다.
push-digest-more = 외 { $count }건:
push-notice-nothing = 지난번 이후 새로 게시된 내용이 없습니다.
button-why = 왜 받았나요?

## What owners are told

watch-heading = { $label }: 전달되지 않고 있습니다
watch-nobody = 발송 시각이 30초 지났지만 아무에게도 전달되지 않았습니다.
watch-stalled = 대화방 { $count }곳에 전달된 뒤 발송이 멈췄습니다.
watch-next = 서버에서 경과를 확인하세요:
delivery-queued = 대기 중
delivery-started = 발송 중
delivery-delivered = 전달됨
delivery-uncertain = 확인 불가
delivery-rejected = 거부됨
delivery-expired = 기한 지남
delivery-cancelled = 취소됨

## Recurring notices

schedule-heading = 시각이 정해진 것
schedule-empty = 시각이 정해진 것이 없습니다.
schedule-line = 다음 시각 전에는 게시 안 함: { $time }
notice-added = { $label } 정기 알림을 켰습니다.
notice-proposed = { $label } 정기 알림은 다른 편집자가 한 번 확인해야 시작됩니다.
notice-stopped = { $label } 정기 알림을 중지했습니다. 더는 보내지 않습니다:
notice-every-day = 매일
notice-next = 다음: { $time }
notice-waits = 확인 전
notice-how = 정기 알림은 지난번 이후의 새 소식을 전합니다. 예: /schedule 매주 월요일 9시: 조약의 한 주
button-notice-confirm = { $label } 확인
button-notice-stop = { $label } 중지
mistake-notice = ‘{ $value }’에서 언제 보낼지 읽을 수 없습니다. 예: /schedule 매주 월요일, 목요일 9시: 조약의 한 주
mistake-notice-day = ‘{ PARTICLE($value, "은/는", after: "’") } 아는 요일이 아닙니다. 예: /schedule 매주 월요일, 목요일 9시: 조약의 한 주
mistake-notice-title = 쌍점 뒤에 제목이 없거나 너무 깁니다(최대 글자 수: { $limit }). 예: /schedule 매일 18시: 오늘의 소식
refused-notice-confirmed = { $label } 정기 알림은 이미 확인됐습니다.
refused-notice-moved = 그사이 다른 사람이 { $label } 정기 알림을 이미 처리했습니다.
refused-notices = 정기 알림이 너무 많습니다(최대 개수: { $limit }). 먼저 하나를 중지하세요.
unknown-notice = ‘{ $value }’ 정기 알림이 없습니다.

## Subscriptions
subscribed = 구독을 시작했습니다
subscribed-heading-place = 구독 시작: { $chat }
wants-everything = 전체
wants-else = 그 밖의 모든 주제
mode-instant = 게시되는 즉시
mode-daily = 매일 소식 모음으로
mode-weekly = 매주 소식 모음으로
mode-off = 받지 않음
subscription-language = 언어: { $language }
subscription-zone = 시간대: { $zone }
subscription-digest = 소식 모음 시각: { $time }, 주간 소식 모음 요일: { $day }
next-daily = 다음 일간 소식 모음: { $time }
next-weekly = 다음 주간 소식 모음: { $time }
subscription-quiet = 조용한 시간: { $since }–{ $until }, 속보는 이 시간에도 발송됩니다
subscription-quiet-none = 조용한 시간: 없음
subscription-silent = 알림 소리: 꺼짐
subscription-loud = 알림 소리: 켜짐
subscription-fallback = 이 토픽이 닫히면 메시지를 본 채팅방으로 보냅니다
subscription-no-fallback = 이 토픽이 닫혀도 메시지를 본 채팅방으로 보내지 않습니다
subscription-paused = 일시중지({ $date }): 재개할 때까지 아무것도 보내지 않습니다.
subscription-unreachable = 연결되지 않음({ $date }): 이 채팅방으로 메시지를 전달하지 못했습니다.
subscription-ended = 구독 종료({ $date }): 더 이상 아무것도 보내지 않습니다.
subscription-how = 변경하거나 해지하려면:
preview = 지난 한 주라면 다음 { $count }건을 받으셨을 것입니다.
preview-more = 지난 한 주라면 다음 { $count }건을 포함해 더 받으셨을 것입니다.
preview-none = 지난 한 주라면 받으신 소식이 없었을 것입니다.
unsubscribed = 해지했습니다. 더 이상 아무것도 보내지 않습니다.
unsubscribed-nothing = 구독이 없으므로 보내는 소식도 없습니다.
unsubscribed-topics = 변경했습니다. 이제 이 채팅방이 받는 소식은 다음과 같습니다.
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
settings-none = 아직 구독이 없습니다.
settings-admins = 누구나 볼 수 있지만 관리자만 변경할 수 있습니다.
settings-ask-language = 어떤 언어로 할까요?
settings-ask-timezone = 어떤 시간대로 할까요? 고르시거나 다음과 같이 입력해 주세요:
settings-ask-digest = 소식 모음을 언제 보낼까요? 시각이나 주간 소식 모음의 요일을 고르시거나 다음과 같이 입력해 주세요:
settings-ask-quiet = 언제 보내지 말까요? 속보는 그 시간에도 발송됩니다. 고르시거나 다음과 같이 입력해 주세요:
setting-language = 언어
setting-timezone = 시간대
setting-digest = 소식 모음 시각
setting-quiet = 조용한 시간
setting-silent = 무음
setting-thread-fallback = 닫힌 토픽
setting-pause = 일시중지
setting-resume = 재개
button-settings = 설정
button-subscribe = 구독
button-unsubscribe = 구독 해지
button-mode-instant = 모두 즉시
button-mode-daily = 매일 모아서
button-mode-weekly = 매주 모아서
button-silent = 소리 끄기
button-loud = 소리 켜기
button-pause = 일시중지
button-resume = 재개
button-fallback = 닫히면 본 채팅방
button-no-fallback = 본 채팅방 사용 안 함
button-back = ◀ 설정
button-on = 켜기
button-off = 끄기
mistake-not-subscribed = 아직 구독이 없어 변경할 것이 없습니다. 먼저 구독해 주세요.
mistake-setting = ‘{ $value }’ 설정은 없습니다. 변경할 수 있는 항목은 다음과 같습니다.
mistake-zone = ‘{ $value }’ 시간대는 없습니다. 혹시 다음 중 하나인가요?
mistake-digest = ‘{ $value }’에서 시각이나 요일을 찾을 수 없습니다. 여기에서 고르시거나 08:30처럼 시각을 입력해 주세요.
mistake-quiet = ‘{ $value }’에서 조용한 시간을 읽을 수 없습니다. 22:00-07:00처럼 서로 다른 두 시각을 입력해 주세요.
mistake-switch = ‘{ $value }’ 값은 켜기도 끄기도 아닙니다.
refused-subscription-admin = 이 채팅방이 받는 소식은 이 채팅방의 관리자만 변경할 수 있습니다.
refused-subscription-anonymous = 그룹, 채널 또는 봇의 이름으로 말씀하셔서 관리자이신지 확인할 수 없습니다. 익명을 해제해 주세요. 채널은 개인 채팅에서 설정합니다: /subscribe @channel
refused-chat-elsewhere = { $chat } 채팅방의 설정은 그룹에서 변경할 수 없습니다. 개인 채팅으로 말씀해 주세요.
refused-chat-unproven = { $chat } 채팅방의 관리자이신지 확인할 수 없습니다. 저를 그곳에 추가하시고(채널이라면 글을 올릴 수 있는 관리자로) 본인이 관리자인지 확인하신 뒤 다시 시도해 주세요.
refused-chat-mute = { $chat } 채팅방에 글을 올릴 권한이 없습니다. 권한을 주신 뒤 다시 시도해 주세요.

## Why a message came
why-heading = 이 채팅방의 { $label } 처리 결과
why-heading-place = { $chat } 채팅방의 { $label } 처리 결과
why-alert = 소식
why-correction = 정정
why-digest = 소식 모음
why-notice = 정기 알림
why-delivered = 전달됨: { $time }
why-queued = 대기 중: { $time }까지
why-started = 보내는 중입니다.
why-uncertain = 보냈으나 플랫폼의 응답을 받지 못했습니다. 도착했을 수도, 도착하지 않았을 수도 있습니다.
why-rejected = 전달하지 못했습니다.
why-expired = 보내지 않았습니다. 보낼 수 있게 되었을 때는 이미 늦었습니다.
why-cancelled = 보내지 않았습니다.
why-never = 이 채팅방에는 별도 메시지로 보내지 않았습니다.
why-nothing-yet = 아직 이 채팅방으로 보낸 메시지가 없습니다.
why-unsubscribed = 이 채팅방은 구독하고 있지 않습니다.
why-wanted = 이 채팅방의 구독:
why-not-wanted = 이 채팅방은 이 주제의 소식을 받지 않습니다.
why-since = 구독 시작: { $date }
reason-superseded = 더 새로운 내용이 이를 대신했습니다.
reason-undone = 게시가 취소되었습니다.
reason-quiet = 지금은 이 채팅방의 조용한 시간입니다.
reason-limit = 플랫폼이 속도를 늦추라고 요청했습니다.
reason-turn = 다른 메시지가 먼저 발송됩니다.
reason-nothing = 변경할 메시지가 이곳에 없습니다.
reason-paused = 구독이 일시중지 상태였습니다.
reason-unreachable = 채팅방에 연결할 수 없었습니다.
reason-ended = 구독이 끝난 상태였습니다.
trouble-unreached = 플랫폼에 연결하지 못했습니다.
trouble-outage = 플랫폼에 장애가 있었습니다.
trouble-lost = 플랫폼의 응답을 받지 못했습니다.
trouble-chat-limit = 이 채팅방에 한꺼번에 너무 많이 보냈습니다.
trouble-limit = 플랫폼이 속도를 늦추라고 요청했습니다.
trouble-moved = 채팅방의 번호가 바뀌었습니다.
trouble-gone = 채팅방이 없어졌거나 제가 차단되었습니다.
trouble-topic-gone = 토픽이 닫혔거나 삭제되었습니다.
trouble-uneditable = 메시지를 더 이상 변경할 수 없습니다.
trouble-refused = 플랫폼이 거부했습니다.
trouble-off = 플랫폼이 연결되어 있지 않습니다.
unknown-alert = ‘{ $value }’ 알림은 없습니다. 혹시 다음 중 하나인가요?
unknown-alert-entry = { $label } 항목은 알린 적이 없어 보낸 소식도 없습니다.
refused-why-elsewhere = 다른 채팅방이 받는 소식은 편집자와 그 채팅방의 관리자만 볼 수 있습니다.
button-why-last = 마지막 메시지

## Rehearsals

button-rehearse = 예행
rehearsal-heading = { $label } 예행: 아무것도 발송되지 않습니다
rehearsal-reach = 지금 게시하면 대화방 { $count }곳에 바로 발송됩니다
rehearsal-held = 그중 { $count }곳은 지금 조용한 시간이라 나중에 받습니다.
rehearsal-digests = 추가로 대화방 { $count }곳은 소식 모음에서 보게 됩니다.
rehearsal-change = 지금 게시하면 이 항목을 알린 메시지가 수정되며, 다른 곳에는 발송되지 않습니다.
rehearsal-staged = 시험 대화방 { $count }곳에 표시됩니다.
refused-rehearse = { $label } 건은 이미 결정되어 예행할 것이 없습니다.
staging-here = 이제부터 예행 결과가 이 대화방에 표시됩니다. 끝내려면:
staging-off = 이 대화방에는 더 이상 예행 결과가 표시되지 않습니다.
