### 봇의 모든 답변. 따옴표 안이나 쌍점 뒤의 글은 그대로 표시된다. 버튼 글은 짧게 쓴다.
### 변수 뒤의 조사는 PARTICLE이 고른다. 닫는 따옴표 뒤에 조사가 오면 after로 따옴표를 넘긴다.

quoted = “{ $text }”

## 카드

card-article = 제{ $number }조
card-article-short = 제{ $number }조
card-preamble = 전문
card-fact = 사실 { $label }
card-status = 상태:
card-who = 주장한 쪽:
card-date = 날짜:
card-topics = 주제:
card-facts = 이 조항에 관한 사실
card-sources = { $count ->
    [1] 출처
   *[other] 출처({ $count }건)
}
card-more-sources = 그 밖의 출처 { $count }건:
card-key-phrase = 문구 출처: { $publishers }
card-recorded = { $date } 기록
card-untranslated = 아직 번역되지 않아 { PARTICLE($language, "으로/로") } 표시합니다.
card-retired = 이 항목은 자료집에서 빠져 더 이상 갱신되지 않습니다.
card-old-revision = 지금 보시는 수정본 { PARTICLE($revision, "은/는") } 그 뒤 새 수정본으로 대체됐습니다.
card-as-of = { $date } 기준: 수정본 { $revision }.
card-first-revision = 이 항목은 { $date }부터 기록되어 있어 첫 수정본을 보여 드립니다.
card-in-force-disputed = 발효일에 이견이 있습니다:
card-ended-disputed = 종료일에 이견이 있습니다:

status-confirmed = 확인됨
status-claimed = 주장(확인되지 않음)
status-disputed = 논란 있음
status-retracted = 철회됨
status-claimed-short = 주장
status-disputed-short = 논란 있음
status-retracted-short = 철회됨

confidence-verified = 내용과 조항 번호를 출처에서 확인했습니다.
confidence-partial = 일부만 확인했습니다. 내용은 출처에서 확인했으나 번호 또는 세부 사항은 확인하지 못했습니다.
confidence-unverified = 확인하지 못했습니다. 검토한 출처 가운데 이를 뒷받침하는 것이 없습니다.
confidence-partial-short = 일부 확인
confidence-unverified-short = 미확인

instrument-not-yet-signed = 당시 서명 전(서명: { $date }).
instrument-signing = 서명: { $date }. 이날 이전인지 이후인지는 알 수 없습니다.
instrument-signed = 서명({ $date }), 미발효.
instrument-signed-unknown = 서명({ $date }). 발효일은 확인되지 않았습니다.
instrument-entering = 발효: { $date }. 이날 이전인지 이후인지는 알 수 없습니다.
instrument-in-force = 효력 있음(발효: { $date }).
instrument-ending = 종료: { $date }. 이날 이전인지 이후인지는 알 수 없습니다.
instrument-ended = 효력 없음(종료: { $date }).

source-undated = 날짜 미상
source-primary = 1차 자료
source-official = 공식 발표
source-agency = 통신사
source-press = 언론
source-analysis = 분석

## 목록

sources-heading = { $label } 출처
history-heading = { $label } 변경 이력
history-dossier = 자료집
history-first = 첫 기록
history-returned = 자료집에 다시 수록
history-retired = 갱신 중단
history-fields = 변경: { $fields }
timeline-heading = 연표
timeline-since = { $date }부터
timeline-until = { $date }까지
latest-heading = 최신 소식
topics-heading = 주제
topics-count = { $count }건
people-heading = 인물
people-found = 이름이 ‘{ PARTICLE($value, "과/와", after: "’") } 비슷한 인물
search-heading = 검색: { $query }
check-heading = 이에 관해 알려진 내용
check-intro = 봇은 메시지의 진위를 판정하지 않습니다. 아래는 메시지 내용과 관련된 항목입니다. 항목마다 상태를 살펴보세요.
compare-heading = 비교
compare-shared = 공통 주제:
compare-related = 자료집에서 이 두 조항은 서로 연결되어 있습니다.
treaty-partial = 전체 { $count }개 조 가운데 { $shown }개를 표시합니다. 자료집에는 이 사안과 관련된 조항만 있습니다.
list-empty = 표시할 내용이 없습니다.
page-number = { $page }쪽

## 항목에서 바뀐 부분

field-text = 본문
field-title = 제목
field-sources = 출처
field-status = 상태
field-confidence = 검증 수준
field-attributed_to = 주장한 쪽
field-date = 날짜
field-topics = 주제
field-related = 관련 항목
field-instrument = 조약
field-key_phrase = 인용 문구
field-key_phrase_sources = 인용 문구 출처
field-seed = 최초 기사 수록 여부
field-retired = 갱신 중단 여부
field-number = 번호

## 버튼

button-sources = 출처
button-history = 변경 이력
button-compare = 비교: { $key }
button-before = ◀ 이전
button-after = 다음 ▶
button-first-page = 첫 쪽
button-topics = 주제
button-timeline = 연표
button-latest = 최신 소식
button-people = 인물
button-contents = 전체 조항
button-article4 = 제4조
button-language = 언어
button-search = 검색: { $query }
button-mentions = { $name } 관련 항목

## 시작, 도움말, 언어, 개인 정보

start-heading = Pactwatch
start-what = ‘{ $story }’에 관한 질문에 답합니다. 조약의 내용, 그 이전의 역사, 이후에 일어난 일, 그리고 누가 그렇게 말하는지를 알려 드립니다.
start-counts = 주제 { $topics }개, 조약 { $treaties }건을 이탈리아어, 영어, 러시아어, 한국어로 제공합니다.
start-how = 입력해 보세요:
start-sources = 모든 답변에 출처를 밝힙니다. 주장에 그치거나 논란이 있는 내용은 그렇다고 표시하고 누구의 말인지 함께 밝힙니다.
help-heading = 명령어
help-more = 명령어 설명과 예시 보기:
help-terminal = 여기서는 빗금(/)을 생략할 수 있습니다. Ctrl+D를 누르면 대화가 끝납니다.
help-usage = 사용법:
help-aliases = 다른 이름:
help-examples = 예시
language-heading = 언어
language-current = 현재 답변 언어: { $language }. 바꾸려면 버튼을 누르거나 다음과 같이 입력하세요:
language-set = 이제부터 한국어로 답합니다.
language-set-chat = 이제부터 이곳에서는 한국어로 답합니다. 따로 언어를 고른 사람에게는 그 언어로 답합니다.

## 잘못된 입력: 한 문장과 다음 단계

mistake-empty = 명령어를 입력하세요(예: /treaty article4). /help에서 전체 명령어를 볼 수 있습니다.
mistake-long = 너무 깁니다. 명령어는 최대 { $limit }자까지 쓸 수 있습니다.
mistake-command = ‘{ $name }’ 명령어는 없습니다. 혹시 이 가운데 하나인가요?
mistake-command-unknown = ‘{ $name }’ 명령어는 없습니다. /help에서 쓸 수 있는 명령어를 볼 수 있습니다.
mistake-missing = { $param ->
    [fact] 어떤 사실을 찾으세요? 번호나 이름을 입력하세요(예: /fact F-1).
    [entry] 어떤 항목을 찾으세요? 번호, 이름 또는 조항을 입력하세요(예: /{ $command } 4).
    [question] 무엇이 궁금하세요? 예: /ask 조약에 누가 서명했나요?
    [query] 무엇을 찾을까요? (예: /search 서명)
   *[other] 빠진 것이 있습니다. 사용법은 /help { $command }에서 볼 수 있습니다.
}
mistake-surplus = /{ $command } 명령어에는 ‘{ PARTICLE($value, "을/를", after: "’") } 쓸 수 없습니다. 사용법은 /help { $command }에서 볼 수 있습니다.
mistake-choice = /{ $command } 명령어에는 ‘{ PARTICLE($value, "을/를", after: "’") } 쓸 수 없습니다. 다음 가운데 고르세요: { $choices }.
mistake-number = ‘{ PARTICLE($value, "은/는", after: "’") } /{ $command } 명령어에 쓸 수 있는 숫자가 아닙니다.
mistake-date = ‘{ PARTICLE($value, "은/는", after: "’") } 읽을 수 있는 날짜가 아닙니다. 2024, 2024-06 또는 2024-06-19처럼 입력하세요.
mistake-future = { PARTICLE($value, "은/는") } 아직 오지 않은 날짜입니다. 오늘까지의 날짜를 고르세요.
mistake-order = 첫 번째 날짜({ $since })가 두 번째 날짜({ $until })보다 늦습니다. 순서를 바꾸세요.
mistake-article = ‘{ PARTICLE($value, "이/가", after: "’") } 어느 조항인지 알 수 없습니다. /treaty 4, /treaty 전문, /treaty 1961 1처럼 입력하세요.
mistake-article-did-you-mean = ‘{ PARTICLE($value, "이/가", after: "’") } 어느 조항인지 알 수 없습니다. 혹시 { PARTICLE($guess, "을/를") } 찾으세요?
mistake-compare = 서로 다른 두 조항을 입력하세요(예: /compare 4 1961/1).
mistake-compare-side = ‘{ $value }’ 조항을 찾을 수 없어 비교할 수 없습니다.
mistake-topic = ‘{ $value }’ 주제는 없습니다. 혹시 이 가운데 하나인가요?
mistake-topic-unknown = ‘{ $value }’에 해당하는 주제가 없습니다. 이 말로 검색하거나 전체 주제 목록에서 골라 보세요.
mistake-language = ‘{ $value }’ 언어는 지원하지 않습니다. 다음 네 언어를 쓸 수 있습니다:
mistake-check = 메시지에 /check로 답장하거나 명령어 뒤에 글을 쓰세요.
mistake-stale-button = 오래되어 더는 쓸 수 없는 버튼입니다. 다시 요청해 주세요.

unknown-article = { $article ->
    [preamble] ‘{ $instrument }’ 전문은 자료집에 없습니다. 다음 조항이 있습니다:
   *[other] ‘{ PARTICLE($instrument, "은/는", after: "’") } { $count }개 조이며 제{ $article }조는 없습니다. 가까운 조항:
}
unknown-article-not-held = ‘{ $instrument }’ 제{ $article }조에 관한 내용은 자료집에 없습니다. 다음 조항만 있습니다:
unknown-entry = ‘{ $value }’ 항목은 없습니다. 혹시 이 가운데 하나인가요?
unknown-revision = { $label }에는 수정본 { PARTICLE($revision, "이/가") } 없습니다. 현재 수정본: { $current }.
unknown-person = 이름이 ‘{ $value }’인 인물은 없습니다.
unknown-search = ‘{ $query }’ 검색 결과가 없습니다. 단어를 줄이거나 바꿔 보세요.
unknown-check = 자료집에 이 글과 관련된 내용이 없습니다.

refused-role = /{ $command } 명령어를 쓸 권한이 없습니다.
refused-link = /{ $command } 명령어는 링크로 실행할 수 없습니다. 직접 입력해 주세요.
refused-chat-admin = 그룹의 언어는 관리자만, 그것도 익명이 아닐 때만 정할 수 있습니다. 본인 언어는 /language ko로 정하세요.
refused-anonymous = 익명으로는 개인 설정을 할 수 없습니다. 본인 계정으로 써 주세요.
slow-down = 요청이 한꺼번에 너무 많습니다. 1분 뒤에 다시 답합니다.
error-busy = 지금 데이터베이스가 사용 중입니다. 잠시 뒤 다시 시도해 주세요.
error-internal = 저희 쪽에서 오류가 발생해 기록했습니다. 다시 시도해 주세요.

## 플랫폼에 필요한 글

private-pointer = 개인 대화로 답했습니다.
private-first = 이 내용은 개인 대화로만 답할 수 있습니다. 먼저 개인 대화로 메시지를 보내 주세요.
discord-nothing = 답할 내용이 없습니다. /help에서 쓸 수 있는 명령어를 볼 수 있습니다.
