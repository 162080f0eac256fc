### Всё, что бот отвечает. Текст между « и » или после двоеточия приводится дословно; надписи на кнопках коротки.
### Дата может кончаться на «г.», поэтому точка после неё не ставится.

quoted = «{ $text }»

## Карточки

card-article = Статья { $number }
card-article-short = Ст. { $number }
card-preamble = Преамбула
card-fact = Факт { $label }
card-status = Статус:
card-who = Кто сообщает:
card-date = Дата:
card-topics = Темы:
card-facts = Факты, связанные со статьёй
card-sources = { $count ->
    [1] Источник
   *[other] Источники ({ $count })
}
card-more-sources = { $count ->
    [one] Ещё { $count } источник:
    [few] Ещё { $count } источника:
    [many] Ещё { $count } источников:
   *[other] Ещё { $count } источника:
}
card-key-phrase = Формулировка по версии: { $publishers }
card-recorded = записано: { $date }
card-untranslated = Ещё не переведено; язык текста: { $language }.
card-retired = Эта запись больше не обновляется: она исключена из досье.
card-old-revision = Вы читаете редакцию { $revision }, с тех пор она заменена.
card-as-of = На указанную дату ({ $date }): редакция { $revision }.
card-first-revision = Запись появилась у нас позже ({ $date }); показана её первая редакция.
card-in-force-disputed = Дата вступления в силу оспаривается:
card-ended-disputed = Дата прекращения оспаривается:

status-confirmed = подтверждено
status-claimed = утверждение, не подтверждено
status-disputed = оспаривается
status-retracted = отозвано
status-claimed-short = не подтверждено
status-disputed-short = оспаривается
status-retracted-short = отозвано

confidence-verified = Содержание и номер статьи сверены с источником.
confidence-partial = Проверено частично: содержание найдено в источнике, номер или отдельная деталь — нет.
confidence-unverified = Не проверено: ни один из изученных источников этого не подтверждает.
confidence-partial-short = проверено частично
confidence-unverified-short = не проверено

instrument-not-yet-signed = На тот день договор ещё не подписан (подписание: { $date }).
instrument-signing = Подписание: { $date }; до или после этого дня, мы не знаем.
instrument-signed = Договор подписан ({ $date }), но не вступил в силу.
instrument-signed-unknown = Договор подписан ({ $date }); дата вступления в силу нам не известна.
instrument-entering = Вступление в силу: { $date }; до или после этого дня, мы не знаем.
instrument-in-force = Действует (вступление в силу: { $date }).
instrument-ending = Прекращение: { $date }; до или после этого дня, мы не знаем.
instrument-ended = Больше не действует (прекращение: { $date }).

source-undated = без даты
source-primary = первоисточник
source-official = официальный источник
source-agency = информационное агентство
source-press = пресса
source-analysis = аналитика

## Списки

sources-heading = Источники: { $label }
history-heading = Редакции: { $label }
history-dossier = досье
history-first = первая запись
history-returned = снова в досье
history-retired = больше не обновляется
history-fields = изменено: { $fields }
timeline-heading = Хронология
timeline-since = начало: { $date }
timeline-until = конец: { $date }
latest-heading = Последнее
topics-heading = Темы
topics-count = { $count ->
    [one] { $count } запись
    [few] { $count } записи
    [many] { $count } записей
   *[other] { $count } записи
}
people-heading = Люди
people-found = Люди с именем, похожим на «{ $value }»
search-heading = Поиск: { $query }
check-heading = Что об этом известно
check-intro = Бот не судит о сообщении. Эти записи относятся к тому, о чём в нём говорится: обращайте внимание на статус каждой.
compare-heading = Сравнение
compare-shared = Общие темы:
compare-related = В досье эти две статьи связаны между собой.
treaty-partial = Показано статей: { $shown } из { $count }; в досье есть только те, что важны для этой темы.
list-empty = Здесь ничего нет.
page-number = Страница { $page }

## Что изменилось в записи

field-text = текст
field-title = название
field-sources = источники
field-status = статус
field-confidence = степень проверки
field-attributed_to = кто сообщает
field-date = дата
field-topics = темы
field-related = связанные записи
field-instrument = договор
field-key_phrase = формулировка
field-key_phrase_sources = источники формулировки
field-seed = принадлежность к исходной статье
field-retired = снятие с обновления
field-number = номер

## Кнопки

button-sources = Источники
button-history = Редакции
button-compare = Сравнить: { $key }
button-before = ◀ Назад
button-after = Дальше ▶
button-first-page = Первая страница
button-topics = Темы
button-timeline = Хронология
button-latest = Последнее
button-people = Люди
button-contents = Все статьи
button-article4 = Статья 4
button-language = Язык
button-search = Найти: { $query }
button-mentions = Упоминания: { $name }

## Начало, справка, язык, конфиденциальность

start-heading = Pactwatch
start-what = Я отвечаю на вопросы по теме «{ $story }»: что сказано в договоре, что ему предшествовало, что произошло с тех пор и кто об этом сообщает.
start-counts = { $topics ->
    [one] { $topics } тема
    [few] { $topics } темы
    [many] { $topics } тем
   *[other] { $topics } темы
}, { $treaties ->
    [one] { $treaties } договор
    [few] { $treaties } договора
    [many] { $treaties } договоров
   *[other] { $treaties } договора
}, на итальянском, английском, русском и корейском языках.
start-how = Попробуйте:
start-sources = В каждом ответе указаны источники. Если что-то лишь утверждается или оспаривается, об этом сказано прямо, с указанием, кто так считает.
help-heading = Команды
help-more = Подробнее о команде, с примерами:
help-terminal = Косая черта здесь необязательна. Ctrl+D завершает чат.
help-usage = Синтаксис:
help-aliases = Другие названия:
help-examples = Примеры
language-heading = Язык
language-current = Язык ответов: { $language }. Чтобы сменить его, нажмите кнопку или напишите
language-set = Теперь я буду отвечать вам по-русски.
language-set-chat = Теперь я буду отвечать здесь по-русски — кроме тех, кто выбрал себе другой язык.

## Ошибки: одно предложение и следующий шаг

mistake-empty = Напишите команду, например /treaty article4; все команды показывает /help.
mistake-long = Слишком длинно: в команде может быть не больше { $limit ->
    [one] { $limit } знака
    [few] { $limit } знаков
    [many] { $limit } знаков
   *[other] { $limit } знака
}.
mistake-command = Команда «{ $name }» мне неизвестна. Может быть, одна из этих?
mistake-command-unknown = Команда «{ $name }» мне неизвестна; /help покажет все, которые я понимаю.
mistake-missing = { $param ->
    [fact] Какой факт? Укажите номер или имя, например /fact F-1.
    [entry] Какая запись? Укажите номер, имя или статью, например /{ $command } 4.
    [question] Что вы хотите узнать? Например: /ask кто подписал договор.
    [query] Что искать? Например: /search подпись.
   *[other] Чего-то не хватает: /help { $command } показывает, как пользоваться командой.
}
mistake-surplus = Команда /{ $command } не принимает «{ $value }»; /help { $command } показывает, как ею пользоваться.
mistake-choice = Значение «{ $value }» не подходит для /{ $command }; выберите одно из следующих: { $choices }.
mistake-number = «{ $value }» — не число, которое подходит для /{ $command }.
mistake-date = Не могу прочитать дату «{ $value }»; напишите 2024, 2024-06 или 2024-06-19.
mistake-future = Дата { $value } ещё не наступила; выберите день не позже сегодняшнего.
mistake-order = Первая дата ({ $since }) позже второй ({ $until }); поменяйте их местами.
mistake-article = Не могу понять, какая статья имеется в виду: «{ $value }». Напишите, например, /treaty 4, /treaty преамбула или /treaty 1961 1.
mistake-article-did-you-mean = Не могу понять, какая статья имеется в виду: «{ $value }». Может быть, { $guess }?
mistake-compare = Укажите две разные статьи, например /compare 4 1961/1.
mistake-compare-side = Статья «{ $value }» мне неизвестна, поэтому сравнить её не могу.
mistake-topic = Тема «{ $value }» мне неизвестна. Может быть, одна из этих?
mistake-topic-unknown = Тему «{ $value }» я не знаю. Можно поискать по этим словам или открыть список всех тем.
mistake-language = Язык «{ $value }» мне неизвестен. Я говорю на этих четырёх:
mistake-check = Ответьте на сообщение командой /check или напишите текст после неё.
mistake-stale-button = Эта кнопка устарела; пожалуйста, повторите запрос.

unknown-article = { $article ->
    [preamble] Преамбулы документа «{ $instrument }» у нас нет. Есть эти статьи:
   *[other] В документе «{ $instrument }» { $count ->
        [one] { $count } статья
        [few] { $count } статьи
        [many] { $count } статей
       *[other] { $count } статьи
    }, статьи { $article } в нём нет. Ближайшие:
}
unknown-article-not-held = О статье { $article } документа «{ $instrument }» у нас ничего нет. Есть только эти:
unknown-entry = По запросу «{ $value }» записи нет. Может быть, одна из этих?
unknown-revision = У { $label } нет редакции { $revision }; действующая редакция: { $current }.
unknown-person = Никого с именем «{ $value }» я не знаю.
unknown-search = По запросу «{ $query }» ничего не найдено. Попробуйте меньше слов или другие.
unknown-check = В досье нет ничего, что относилось бы к этому тексту.

refused-role = Вам недоступна команда /{ $command }.
refused-link = Команду /{ $command } нельзя запустить по ссылке; введите её сами.
refused-chat-admin = Задать язык группы могут только её администраторы, и только под своим именем; для себя напишите /language ru.
refused-anonymous = У анонимного участника не может быть своих настроек; напишите от своего имени.
slow-down = Пожалуйста, помедленнее: слишком много запросов сразу. Через минуту я снова отвечу.
error-busy = База данных сейчас занята; попробуйте ещё раз чуть позже.
error-internal = На нашей стороне произошла ошибка, она записана в журнал. Пожалуйста, попробуйте ещё раз.

## Что нужно отдельным платформам

private-pointer = Я ответил вам в личных сообщениях.
private-first = На это я могу ответить только в личных сообщениях: сначала напишите мне туда.
discord-nothing = Здесь мне нечего ответить; /help показывает, что я понимаю.
