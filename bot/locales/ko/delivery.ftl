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
