### 편집부: 제안, 검토, 게시와 권한.

## 검토 카드

review-add = { $label } · 새 사실
review-edit = { $label } · 수정
review-retract = { $label } · 철회
review-report = { $label } · { $entry } 오류 신고
review-kind-add = 새 사실
review-kind-edit = 수정
review-kind-retract = 철회
review-kind-report = 오류 신고
review-pending = 승인 대기 중: { $needed }명 가운데 { $given }명 승인.
review-embargo = 게시 가능 시각: { $time } 이후.
review-approved = 승인 완료. 게시 예정: { $time }.
review-published = 게시됨: { $revision }. 승인: { $who }.
review-rejected = 반려됐습니다. 이유: { $reason }
review-open-report = 독자가 보낸 오류 신고이며 아직 처리되지 않았습니다.
review-report-settled = 항목이 바뀌어 신고가 처리됐습니다.
review-note = 메모: { $note }
review-reason = 이유: { $reason }
review-related = 관련 항목:
review-severity = 알림:
review-doubles = 이미 있는 내용은 아닌가요? { $labels }
review-missing = 아직 없는 언어: { $languages }
review-by = 보낸 사람: { $who } · { $age }
review-here = 이제부터 검토 카드를 이곳에 올립니다.
review-off = 이제 이곳에는 검토 카드를 올리지 않습니다.
severity-flash = 속보
severity-normal = 보통
severity-quiet = 소식 모음에만
age-now = 방금
age-minutes = { $count }분 전
age-hours = { $count }시간 전
age-days = { $count }일 전

## 처리 결과

queued = { PARTICLE($label, "이/가") } 검토 대기 목록에 올랐습니다. 다른 사람이 승인해야 독자에게 공개됩니다: /approve { $label }
queued-alone = { PARTICLE($label, "이/가") } 검토 대기 목록에 올랐습니다. 편집자가 승인하면 게시됩니다: /approve { $label }
suggested = 감사합니다. 제보를 { PARTICLE($label, "으로/로") } 접수했습니다. 편집부가 승인하기 전에는 아무에게도 공개되지 않습니다.
withdrawn = { PARTICLE($label, "을/를") } 취소했습니다.
queue-heading = 검토 대기: { $count }건
queue-empty = 기다리는 것이 없습니다.
reported = 감사합니다. { $entry } 오류 신고를 { PARTICLE($label, "으로/로") } 접수해 편집부에 전달했습니다.
undone = { $label } 게시를 취소했습니다. 독자에게는 이전 내용이 보입니다. 제안은 다시 검토를 기다립니다.
undone-closed = { $label } 게시를 취소했습니다. 독자에게는 이전 내용이 보입니다. 그사이 다른 제안이 들어와 이 제안은 닫혔습니다.
scheduled = { PARTICLE($label, "은/는") } 다음 시각 전에는 게시되지 않습니다: { $time }. 승인은 그대로 필요합니다.
schedule-off = { $label }의 예약 시각을 없앴습니다. 승인되면 바로 게시됩니다.
pushes-held = 지금은 모든 발송이 멈춰 있어 아무것도 나가지 않습니다. 게시된 내용은 운영자가 발송을 재개하면 나갑니다.
freeze-on = 게시가 중단된 상태입니다. 제안은 계속 쓸 수 있습니다.
freeze-none = 게시가 중단되어 있지 않습니다.
unfrozen = 게시를 다시 시작합니다.
freeze-vote = 중단에 한 표를 던지셨습니다. 이 표는 1시간 동안 유효하며, 편집자 { $count }명이 더 동의해야 합니다.
unfreeze-vote = 재개에 한 표를 던지셨습니다. 이 표는 1시간 동안 유효하며, 편집자 { $count }명이 더 동의해야 합니다.
freeze-how = 책임자는 혼자서, 편집자는 두 명이 함께 결정합니다.
clean-up-heading = { $who }의 작업({ $since }부터)
clean-up-open = 반려될 미결 제안: { $count }건
clean-up-nothing-yet = 아직 아무것도 바꾸지 않았습니다. 실행하면 이 사람이 추가한 항목은 철회되고, 마지막으로 고친 항목은 고치기 전으로 돌아갑니다.
cleaned-up = 항목 { $count }개에서 { $who }의 작업을 되돌렸습니다.
role-reader = 독자
role-contributor = 기고자
role-editor = 편집자
role-owner = 책임자
role-by-setting = 운영자 설정
role-granted = { $who }의 현재 권한: { $role }.
role-revoked = { $who }의 권한을 거두었습니다. 현재: { $role }.
role-linked = 같은 사람이 다음 계정으로는 아직 권한이 있습니다: { $who }.
roles-heading = 편집부 구성원
roles-none = 아직 권한을 받은 사람이 없습니다.
link-code = 본인의 다른 계정을 같은 사람으로 등록하려면 { $minutes }분 안에 그 계정에서 다음과 같이 보내세요:
link-warning = 이 코드를 아무에게도 알려 주지 마세요. 연결해도 어느 계정의 권한도 늘지 않습니다. 두 사람의 승인이 필요할 때 연결된 계정은 한 사람으로 셉니다.
linked = 이제 다음 계정은 한 사람으로 셉니다: { $accounts }
forget-what = 언어 설정, 개인 대화방 구독, 권한, 쓰던 초안, 계정 연결 등 본인과 이어지는 모든 정보를 지웁니다. 게시한 글은 아무도 추적할 수 없는 가명으로 남습니다.
forgotten = 모두 지웠습니다. 이제 이곳에는 본인과 이어지는 정보가 없습니다.

## 양식: 질문과, 입력할 수 있는 필드 이름

form-addfact = 새 사실
form-suggest = 사실 제보
form-editfact = { $label } 수정
form-reject = { $label } 반려
form-retract = { $label } 철회
form-report = { $label } 오류 신고
form-step = 질문 { $number }/{ $count }
form-cancelled = 취소했습니다. 저장된 내용은 없습니다.
input-statement = 내용 (statement)
input-source = 출처 (source)
input-topic = 주제 (topic)
input-article = 조항 (article)
input-date = 날짜 (date)
input-status = 상태 (status)
input-by = 주장한 쪽 (by)
input-severity = 긴급도 (severity)
input-more = 기타 (more)
input-field = 필드 (field)
input-value = 값 (value)
input-note = 메모 (note)
input-reason = 이유 (reason)
ask-statement = 어떤 사실인가요? 독자가 읽을 문장 그대로 한두 문장으로 써 주세요.
ask-source = 어디에 나온 내용인가요? 페이지 주소를 쓰고, 원하면 그 뒤에 제목을 덧붙이세요.
ask-topic = 무엇에 관한 내용인가요? 주제 이름을 쓰세요.
ask-article = 어느 조항에 관한 내용인가요? 예: 4, 1961 1
ask-date = 언제 있었던 일인가요? 2024, 2024-06 또는 2024-06-19처럼 쓰세요.
ask-status = 얼마나 확실한가요?
ask-by = 누가 그렇게 말하나요? 주장이거나 논란이 있는 내용에는 꼭 필요합니다.
ask-severity = 어떻게 알릴까요?
ask-more = 다른 필드. 예: 상태: 주장 | 주장한 쪽: 조선중앙통신 | 조항: 4
ask-change-field = 어느 필드를 바꿀까요?
ask-change-value = 무엇으로 바꿀까요?
ask-change-note = 무엇이 바뀌었는지 짧게 써 주세요. 변경 이력에서 독자에게 보입니다.
ask-change-statement = 바꿀 문장 전체
ask-change-source = 추가할 출처의 주소
ask-change-date = 2024, 2024-06 또는 2024-06-19
ask-change-status = 확인됨, 주장 또는 논란
ask-reject-reason = 반려하는 이유는 무엇인가요? 작성자에게 보입니다.
ask-retract-reason = 철회하는 이유는 무엇인가요? 독자에게 보입니다.
ask-report-reason = 무엇이 잘못됐나요?
example-retract-reason = 출처에서 보도를 철회함
example-report-reason = 날짜가 틀림
reject-unsourced = 출처에 그런 내용이 없습니다.
reject-double = 이미 있는 내용입니다.
reject-unclear = 무슨 뜻인지 분명하지 않습니다.
fields-known = 쓸 수 있는 필드(‘|’로 구분):

## 버튼

button-approve = ✓ 승인
button-reject = ✗ 반려
button-edit = 수정
button-withdraw = 제출 취소
button-undo = 게시 취소({ $seconds }초)
button-freeze = 게시 중단
button-unfreeze = 게시 재개
button-clean-up = { $count }건 되돌리기
button-forget = 내 정보 지우기
button-whole = 전체 보기
button-skip = 건너뛰기
button-cancel = 취소

## 쓴 내용의 잘못

mistake-fields = 먼저 { $count }가지를 고쳐야 합니다:
mistake-nothing-changed = 그렇게 쓰면 { $label }에서 바뀌는 것이 없습니다.
mistake-no-form = 작성 중인 양식이 없습니다. /addfact나 /suggest로 새로 시작하세요.
mistake-when = 언제입니까? 예: /schedule { $label } 2026-12-01 09:00, /schedule { $label } 18:30, /schedule { $label } 취소
mistake-time = ‘{ PARTICLE($value, "은/는", after: "’") } 읽을 수 있는 시각이 아닙니다. 2026-12-01 09:00, 18:30 또는 ‘취소’처럼 쓰세요.
mistake-time-past = 이미 지난 시각입니다: { $value }.
mistake-time-skipped = { $zone }에는 없는 시각입니다: { $value }. 시계를 앞당기면서 건너뛰는 시간입니다.
mistake-retract = 어떤 항목을, 왜 철회하나요? 예: /retract F-12 출처에서 보도를 철회함
mistake-report = 어떤 항목에서 무엇이 잘못됐나요? 예: /report F-12 날짜가 틀림
mistake-which = 어느 것인가요? 번호를 쓰거나(예: /{ $command } F-12) 검토 대기 목록을 여세요.
mistake-roles = 다음과 같이 쓰세요: /roles grant telegram:55 editor, /roles revoke telegram:55 또는 /roles list
mistake-account = ‘{ PARTICLE($value, "은/는", after: "’") } 계정이 아닙니다. 플랫폼과 숫자 식별자를 쓰세요(예: telegram:55). 이름은 누구나 가로챌 수 있어 쓰지 않습니다.
mistake-clean-up = 다음과 같이 쓰세요: /retract by telegram:55 since 2026-11-20 계정 도용
fault-field = ‘{ $value }’ 필드는 없습니다.
fault-field-guess = ‘{ $value }’ 필드는 없습니다. 혹시 ‘{ $guess }’인가요?
fault-empty = ‘{ $field }’ 값이 비어 있습니다.
fault-doubled = ‘{ $field }’ 값을 두 번 쓰셨습니다.
fault-long = ‘{ $field }’ 값이 너무 깁니다. 최대 { $limit }자까지 쓸 수 있습니다.
fault-no-words = ‘{ $value }’에는 내용이 없습니다.
fault-no-statement = 내용이 빠졌습니다.
fault-no-source = 출처가 빠졌습니다. ‘출처:’ 뒤에 페이지 주소를 쓰세요.
fault-sources = 출처가 너무 많습니다. 한 번에 { $limit }개까지만 쓸 수 있습니다.
fault-source-form = ‘{ PARTICLE($value, "은/는", after: "’") } 공개된 웹 페이지의 주소가 아닙니다. 주소는 https:// 뒤에 tass.com 같은 이름이 오는 형태입니다.
fault-source-scheme = ‘{ PARTICLE($value, "은/는", after: "’") } { $scheme }:// 주소입니다. 출처로는 http와 https 주소만 쓸 수 있습니다.
fault-topic = ‘{ $value }’ 주제는 없습니다. /topics에서 전체 주제를 볼 수 있습니다.
fault-topic-guess = ‘{ $value }’ 주제는 없습니다. 혹시 다음을 찾으세요? { $guess }
fault-article = ‘{ PARTICLE($value, "이/가", after: "’") } 어느 조항인지 알 수 없습니다. 4, 전문 또는 1961 1처럼 쓰세요.
fault-date = ‘{ PARTICLE($value, "은/는", after: "’") } 날짜가 아닙니다. 2024, 2024-06 또는 2024-06-19처럼 쓰세요.
fault-future = { PARTICLE($value, "은/는") } 아직 오지 않은 날짜입니다. 사실은 이미 일어난 일이어야 합니다.
fault-status = ‘{ PARTICLE($value, "은/는", after: "’") } 쓸 수 있는 상태가 아닙니다. 확인됨, 주장, 논란 가운데 고르세요.
fault-status-retracted = 항목을 철회하려면 /retract를 쓰세요.
fault-severity = ‘{ PARTICLE($value, "은/는", after: "’") } 쓸 수 없습니다. 속보, 보통, 조용히 가운데 고르세요.
fault-no-who = { $status ->
    [disputed] 논란이 있는 내용은 누가 그렇게 말하는지 밝혀야 합니다. 주장한 쪽: …
   *[other] 주장은 누가 그렇게 말하는지 밝혀야 합니다. 주장한 쪽: …
}
fault-against-text = 반대쪽은 있는데 그쪽이 하는 말이 없습니다. 반론: …
fault-against-who = 누가 다르게 말하나요? 반론자: …
fault-against-source = 반대쪽의 말은 어디에 나오나요? 반론 출처: https://…
remark-by-dropped = 확인된 내용은 출처가 뒷받침하므로 ‘주장한 쪽’은 뺐습니다.
remark-one-side = 아직 한쪽 말만 있습니다. 반대쪽 말은 /editfact로 더할 수 있습니다. 반론: … | 반론자: … | 반론 출처: …
remark-against-dropped = 논란이 있는 항목에만 양쪽 말이 있으므로 ‘반론’은 뺐습니다.

## 거절과 그 이유

refused-anonymous-desk = 그룹, 채널 또는 봇의 이름으로 쓰고 계셔서 책임질 사람을 알 수 없습니다. 익명 설정을 끄거나 개인 대화에서 본인 계정으로 써 주세요.
refused-own = { PARTICLE($label, "은/는") } 본인의 제안이므로 다른 사람이 승인해야 합니다.
refused-decided-published = { PARTICLE($label, "은/는") } 이미 게시됐습니다.
refused-decided-rejected = { PARTICLE($label, "은/는") } 이미 반려됐습니다.
refused-decided-because = { PARTICLE($label, "은/는") } 이미 반려됐습니다. 이유: { $reason }
refused-decided-report = { $label } 신고는 이미 처리되었습니다.
refused-stale-draft = 그사이 { $label }의 문안이 바뀌었습니다(보신 문안 { $draft }, 현재 { $current }). 다시 확인하세요: /queue { $label }
refused-stale-base = 그사이 항목이 바뀌었습니다. { $label } 제안은 수정본 { $base } 기준인데 현재 수정본은 { $current }입니다. 다음과 같이 바로잡으세요: /editfact { $label }
refused-other-revision = { PARTICLE($label, "은/는") } 수정본 { PARTICLE($revision, "이/가") } 아니라 { PARTICLE($becomes, "이/가") } 됩니다. 다시 확인하세요: /queue { $label }
refused-frozen = 게시가 중단되어 지금은 { PARTICLE($label, "을/를") } 게시할 수 없습니다. /freeze status
refused-approved = { PARTICLE($label, "은/는") } 이미 승인하셨습니다. 다른 사람의 승인이 더 필요합니다.
refused-rate = 한꺼번에 너무 많이 처리하셨습니다. 1분에 { $per_minute }건, 1시간에 { $per_hour }건까지 할 수 있습니다. 잠시 기다려 주세요.
refused-report = { PARTICLE($label, "은/는") } 오류 신고입니다. { PARTICLE($entry, "을/를") } 수정하거나 철회하고, 아니면 신고를 반려하세요.
refused-unsourced = { PARTICLE($label, "은/는") } 출처가 없어 게시할 수 없습니다.
refused-amend = { PARTICLE($label, "은/는") } 문안을 고칠 수 없습니다. 반려한 뒤 새로 제안하세요.
refused-open = { $label }에는 이미 기다리는 제안이 있습니다: /queue { $label }
refused-not-published = { PARTICLE($label, "은/는") } 게시되지 않았습니다.
refused-moved-on = { PARTICLE($label, "은/는") } 그 뒤 다시 바뀌었습니다. /editfact로 고치세요.
refused-undo-late = 이제 { $label } 게시를 취소할 수 없습니다. 게시 후 { $seconds }초까지만 취소할 수 있습니다. /editfact로 고치거나 철회하세요.
refused-retracted = { PARTICLE($label, "은/는") } 철회됐고 되돌릴 수 없습니다. 결국 사실로 드러났다면 새로 추가하세요.
refused-status = { $label }의 상태는 ‘{ $before }’에서 ‘{ PARTICLE($after, "으로/로", after: "’") } 바꿀 수 없습니다.
refused-suggestions = 이미 제보 { $limit }건이 검토를 기다리고 있습니다. 하나가 처리되면 다시 보낼 수 있습니다.
refused-shared = { PARTICLE($value, "은/는") } 여러 사람이 함께 쓰는 계정이어서 권한을 줄 수 없습니다.
refused-owner-setting = { PARTICLE($value, "은/는") } 운영자 설정(OWNERS)에 따른 책임자입니다. 그 설정에서만 바꿀 수 있습니다.
refused-review-private = 검토 카드는 그룹에서만 쓸 수 있습니다. 저를 그룹에 추가하고 그곳에서 다음과 같이 쓰세요: /queue here
refused-link-code = 틀렸거나 이미 썼거나 너무 오래된 코드입니다. /link로 새 코드를 받으세요.
refused-foreign-button = 다른 대화방의 버튼입니다.
refused-others-button = 다른 사람의 버튼입니다. 명령어를 직접 입력하세요.
refused-clean-up-moved = 그사이 되돌릴 작업이 늘었습니다. 다시 확인한 뒤 결정하세요.
unknown-proposal = ‘{ $value }’에는 기다리는 제안이 없습니다.
unknown-undone = { PARTICLE($label, "은/는") } 게시 직후 취소됐습니다.
unknown-account = ‘{ $value }’ 계정은 알 수 없습니다.
unknown-work = { $since }부터 { PARTICLE($value, "이/가") } 바꾼 것 가운데 되돌릴 것이 없습니다.

## Help on the desk, by one example

button-help-desk = 편집 절차 보기
help-desk-heading = 예시로 보는 편집 절차
help-desk-intro = 다른 사람이 승인하기 전에는 아무도 읽을 수 없고, 출처가 없으면 승인되지 않습니다.
help-desk-add = 기고자나 편집자가 사실을 씁니다. 번호가 붙은 미리보기(여기서는 { $label })가 답으로 오고, 대기열에 들어갑니다.
help-desk-edit = 편집에 참여하는 사람은 누구나 초안을 보완할 수 있습니다. 예를 들어 다른 언어를 더합니다. 그전의 승인은 무효가 됩니다.
help-desk-review = 편집자는 대기 중인 것을 출처, 변경 내용, 중복 가능성과 함께 봅니다.
help-desk-approve = { $approvals ->
    [0] 여기서는 편집자 혼자 승인하여 게시합니다.
   *[other] 작성자가 아닌 { $approvals }명이 승인하면 게시됩니다.
}
help-desk-reject = 또는 반려하며, 작성자는 그 이유를 읽게 됩니다.
help-desk-schedule = 승인하기 전에 운영자의 시간대로 게시 시각을 정할 수 있습니다.
help-desk-undo = 너무 일찍 게시했다면 { $seconds }초 안에 되돌릴 수 있습니다.
help-desk-correct = 나중에 정정합니다. 이전 글은 변경 이력에 남고, 정정도 새 사실처럼 승인을 받습니다.
help-desk-retract = 잘못된 것으로 드러나면 철회합니다. 번호는 계속 답하며 이유를 알려 줍니다.
help-desk-freeze = 긴급할 때는 책임자 한 명이나 편집자 두 명이 게시를 멈춥니다.
