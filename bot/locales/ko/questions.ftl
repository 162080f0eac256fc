## 자유로운 말로 하는 질문

command-ask = 궁금한 것을 편하게 질문
command-ask-help = 어떤 표현으로, 네 언어 중 어느 언어로 물어도 답이 되는 항목을 찾아 출처와 함께 보여 줍니다. 확실한 답이 없으면 그렇다고 밝히고 가장 가까운 항목을 보여 주며, 아무것도 없으면 없다고 알립니다. 봇이 답을 지어내지는 않습니다.
param-ask-question = 질문 내용
param-question-name = 질문
command-notify = 질문의 답이 나오면 알림 받기
command-notify-help = 답을 찾지 못한 질문에 알림을 신청합니다. 답이 되는 항목이 나오면 개인 대화로 한 번 알려 드리고 신청 기록은 삭제합니다.
param-notify-question = 버튼에 표시된 질문 번호
command-questions = 아직 답이 없는 질문
command-questions-help = 독자 질문 가운데 아직 답이 없는 것을 많이 나온 순서로 보여 줍니다. 누가 물었는지는 나오지 않습니다. ‘/questions close 12’라고 쓰면 12번 질문을 목록에서 제외합니다. 답이 되는 항목이 나오면 질문은 목록에서 빠지고, 기다리던 사람에게 알림이 갑니다.
param-questions-close = 목록에서 제외할 질문의 번호
param-close-name = close 번호

answer-more = 함께 볼 만한 항목:
answer-closest = 확실한 답이 되는 항목이 없습니다. 가장 가까운 항목:
unknown-ask = 아직 관련 내용이 없습니다: ‘{ $question }’
unknown-question = { $value }번 질문은 답을 기다리는 질문 목록에 없습니다.
mistake-ask = 질문을 글로 써 주세요. 예: /ask 조약에 누가 서명했나요?
button-ask = 질문하기: { $question }
button-notify = 답이 나오면 알림 받기
button-suggest = 사실 제보
button-open = { $label } 열기
button-close = { $number }번 제외
notify-noted = 다음 질문에 답이 되는 내용이 나오면 알려 드리겠습니다: ‘{ $question }’
notify-private = 개인 대화로 한 번 알려 드린 뒤 신청 기록을 삭제합니다. 그 전에 삭제하려면 다음과 같이 입력하세요:
answered-heading = 질문하신 내용에 관한 항목이 나왔습니다
questions-heading = 아직 답이 없는 독자 질문
questions-line = { $count }회 질문: ‘{ $question }’
questions-waiting = { $count }명이 답을 기다림
questions-how = 답이 되는 사실을 게시하면 기다리는 사람에게 알림이 갑니다. 답할 수 없는 질문은 목록에서 제외하세요.
questions-none = 답을 기다리는 질문이 없습니다.
questions-closed = { $number }번 질문을 목록에서 제외했습니다.

search-corrected = ‘{ $query }’ 검색 결과가 없어 ‘{ $corrected }’ 검색 결과를 보여 드립니다.
search-filters = 조건: { $filters }
unknown-search-filtered = ‘{ $query }’ 검색 결과 중 다음 조건에 맞는 항목이 없습니다: { $filters }.
kind-article = 조항
kind-fact = 사실
kind-event = 사건
kind-person = 인물
param-search-kind = 조항, 사실, 사건, 인물 가운데 하나만
param-search-status = 이 상태인 항목만
param-search-topic = 이 주제의 항목만
param-search-since = 이 날짜 이후만
param-search-until = 이 날짜 이전만
param-search-instrument = 이 조약에 관한 것만(예: 1961)
param-kind-name = 종류
param-instrument-name = 조약

fault-filter = { $filter }: ‘{ $value }’ 값은 쓸 수 없습니다. 다음 가운데 고르세요: { $choices }.
mistake-filters = 쓸 수 없는 조건이 { $count }개 있습니다.

double-figures = 수치가 다름
double-denial = 한쪽에만 부정 표현이 있음
