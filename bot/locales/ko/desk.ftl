### 독자에게 보이는 변경 내용과 편집부의 말.

## 독자에게 보이는 변경

card-retracted = { $date }에 철회됐습니다.
card-retracted-because = { $date }에 철회됐습니다. 이유: { $reason }
card-undone = 이 항목은 게시 직후 취소됐습니다.
card-who-otherwise = 다르게 주장하는 쪽:
source-web = 웹 페이지(발행처 미평가)
field-against = 반대쪽 주장
field-against_by = 다르게 주장하는 쪽
field-against_sources = 반대쪽 출처
field-retraction = 철회 이유
sources-other-side = 반대쪽
history-undo = 게시 취소
history-approved = 승인: { $people }
history-texts = 본문
history-lags = { $label } 변경({ $language }) 미반영 가능
changes-heading = { $label }의 변경 내용
changes-first = 첫 수정본이라 이전 내용이 없습니다.
changes-none = 내용은 이전 수정본과 같습니다.
change-order = 순서만 바뀜
button-changes = 변경 내용
