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
