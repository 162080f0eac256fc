### 플랫폼 메뉴에 표시되는 글: 100자 이내. `command-<name>-help`는 /help <name>에서 표시된다.

bot-short-description = 2024년 북러 조약에 관한 사실을 출처와 함께 전합니다. /treaty article4를 입력해 보세요.
bot-description = Pactwatch는 러시아와 북한이 2024년 6월 19일 서명한 조약에 관한 질문에 답합니다. 조약의 각 조항, 그 이전의 역사, 이후에 일어난 일, 그리고 누가 그렇게 말하는지를 알려 드립니다. 모든 답변에 출처를 밝힙니다. /treaty article4로 시작하세요. 언어는 /language로 바꿀 수 있습니다.

command-start = 인사하고 어디서 시작할지 안내
command-start-help = 이 봇이 무엇을 아는지 소개하고 시작할 수 있는 버튼을 보여 줍니다.
command-help = 명령어 목록 또는 명령어 설명
command-help-help = 이름 없이 쓰면 모든 명령어를 보여 줍니다. 이름을 쓰면 그 명령어를 설명하고 예시를 보여 줍니다.
param-help-command = 설명이 필요한 명령어
command-treaty = 조약의 한 조항 또는 전체 조항 보기
command-treaty-help = 조항을 출처와 함께 보여 줍니다. 번호가 없으면 조항 목록을 보여 줍니다. 이전 조약은 연도로(1961 1), 유엔헌장은 이름으로(유엔헌장 51) 지정합니다. 날짜 뒤에 ‘기준’을 쓰면(4 2024-06-20 기준) 그날까지 알려진 내용과 당시 조약의 효력을 보여 줍니다.
param-treaty-article = 조항: 4, 제4조, 전문, 1961 1, 유엔헌장 51
param-treaty-as_of = 날짜(예: 2024-06-20)
command-fact = 번호나 이름으로 사실 보기
command-fact-help = 사실을 상태, 출처, 주장한 쪽과 함께 보여 줍니다. 사건(E-1)과 인물(P-1)도 같은 방법으로 열 수 있으며, @1을 붙이면 이전 수정본을 보여 줍니다.
param-fact-fact = 사실의 번호(F-12) 또는 이름
command-sources = 항목의 모든 출처 보기
command-sources-help = 조항, 사실, 사건의 모든 출처를 발행처, 날짜, 링크와 함께 보여 줍니다.
param-sources-entry = 번호(F-12), 이름 또는 조항(4)
command-history = 항목의 변경 이력 보기
command-history-help = 항목의 수정본을 최신순으로 보여 줍니다. 언제, 누가, 무엇을 바꿨는지 알 수 있습니다.
param-history-entry = 번호(F-12), 이름 또는 조항(4)
command-timeline = 사건을 날짜순으로 보기
command-timeline-help = 사건을 오래된 순서로 보여 줍니다. 주제와 날짜 한두 개로 범위를 좁힐 수 있습니다. 예: timeline troops 2024-10 2025
param-timeline-topic = 이 주제의 사건만
param-timeline-since = 시작 날짜: 2024, 2024-06 또는 2024-06-19
param-timeline-until = 끝 날짜
command-latest = 최신 사실과 사건 보기
command-latest-help = 날짜가 있는 사실과 사건을 최신순으로 보여 줍니다.
command-compare = 두 조항을 나란히 비교
command-compare-help = 같은 조약이나 서로 다른 조약의 두 조항을 차례로 보여 주고 공통 주제를 알려 줍니다.
param-compare-first = 첫 번째 조항(예: 4)
param-compare-second = 두 번째 조항(예: 1961/1)
command-topics = 주제 목록 보기 또는 주제 열기
command-topics-help = 이름 없이 쓰면 주제 목록을 보여 줍니다. 이름을 쓰면 그 주제로 분류된 모든 항목을 보여 줍니다.
param-topics-topic = 열어 볼 주제
command-people = 인물 목록 보기 또는 인물 찾기
command-people-help = 이름 없이 쓰면 관련 인물 목록을 보여 줍니다. 이름을 쓰면 어떤 인물인지 보여 줍니다.
param-people-name = 이름 또는 이름의 일부
command-search = 조항, 사실, 사건, 인물 검색
command-search-help = 입력한 단어가 들어 있는 항목을 네 언어 모두에서 찾아 관련도순으로 보여 줍니다.
param-search-query = 찾을 단어
command-check = 메시지를 알려진 사실과 대조
command-check-help = 글과 관련된 항목을 보여 줍니다. 메시지에 /check로 답장하거나 명령어 뒤에 글을 쓰세요. 봇은 메시지의 진위를 판정하지 않으며, 무엇이 얼마나 확실하게 알려져 있는지를 보여 줍니다.
param-check-text = 확인할 글
command-language = 언어 선택
command-language-help = 봇이 답할 언어를 it, en, ru, ko 가운데 정합니다. 그룹 관리자는 뒤에 ‘chat’을 붙여 모두의 언어를 정할 수 있습니다.
param-language-language = it, en, ru 또는 ko
param-language-scope = me 또는 chat(이곳의 모두에게 적용, 관리자만 가능)
command-privacy = 이 봇이 보관하는 개인 정보
command-privacy-help = 사용자에 관해 무엇을 얼마 동안 보관하고 무엇을 보관하지 않는지 알려 줍니다.

menu-check = Pactwatch로 확인하기

## 사용법에 나오는 매개변수 이름

param-command-name = 명령어
param-article-name = 조항
param-as_of-name = 날짜 기준
param-fact-name = 사실
param-entry-name = 항목
param-topic-name = 주제
param-since-name = 시작 날짜
param-until-name = 끝 날짜
param-first-name = 조항
param-second-name = 다른 조항
param-name-name = 이름
param-query-name = 단어
param-text-name = 글
param-language-name = 언어
param-scope-name = me|chat
