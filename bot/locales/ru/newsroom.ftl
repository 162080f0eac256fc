### Редакция: кто и как предлагает, рассматривает и публикует.

## Карточки на рассмотрение

review-add = { $label } · новый факт
review-edit = { $label } · правка
review-retract = { $label } · отзыв записи
review-report = { $label } · замечание к { $entry }
review-kind-add = новый факт
review-kind-edit = правка
review-kind-retract = отзыв записи
review-kind-report = замечание
review-pending = Ожидает одобрения: { $given } из { $needed }.
review-embargo = Публикация не ранее { $time }.
review-approved = Одобрено; публикация: { $time }.
review-published = Опубликовано: { $revision }; одобрено: { $who }.
review-rejected = Не принято. Причина: { $reason }
review-open-report = Замечание читателя, ещё не рассмотрено.
review-report-settled = Замечание учтено: запись изменена.
review-note = Примечание: { $note }
review-reason = Причина: { $reason }
review-related = Относится к:
review-severity = Срочность:
review-doubles = Возможно, это уже есть: { $labels }
review-missing = Ещё нет текста: { $languages }
review-by = От кого: { $who } · { $age }
review-here = Теперь карточки на рассмотрение будут приходить сюда.
review-off = Карточки на рассмотрение сюда больше не приходят.
severity-flash = немедленно
severity-normal = обычная
severity-quiet = только в дайджестах
age-now = только что
age-minutes = { $count ->
    [one] { $count } минуту назад
    [few] { $count } минуты назад
    [many] { $count } минут назад
   *[other] { $count } минуты назад
}
age-hours = { $count ->
    [one] { $count } час назад
    [few] { $count } часа назад
    [many] { $count } часов назад
   *[other] { $count } часа назад
}
age-days = { $count ->
    [one] { $count } день назад
    [few] { $count } дня назад
    [many] { $count } дней назад
   *[other] { $count } дня назад
}

## Что произошло

queued = { $label } в очереди. Прежде чем это увидят читатели, предложение должен одобрить другой человек: /approve { $label }
queued-alone = { $label } в очереди. Публикация — после одобрения редактором: /approve { $label }
suggested = Спасибо. Редакция получила ваше предложение под номером { $label }; до одобрения его больше никто не увидит.
withdrawn = Предложение { $label } снято.
queue-heading = Ждут решения: { $count }
queue-empty = Ничто не ждёт решения.
reported = Спасибо. Ваше замечание к { $entry } передано в редакцию под номером { $label }.
undone = Публикация { $label } отменена; читатели видят то же, что и прежде. Предложение снова ждёт решения.
undone-closed = Публикация { $label } отменена; читатели видят то же, что и прежде. Тем временем поступило другое предложение, поэтому это закрыто.
scheduled = { $label } выйдет не ранее { $time }. Одобрение по-прежнему необходимо.
schedule-off = Для { $label } больше не назначено время; публикация — сразу после одобрения.
pushes-held = Сейчас ничего не отправляется: вся рассылка приостановлена. Опубликованное уйдёт, когда оператор её возобновит.
freeze-on = Публикация остановлена. Вносить предложения по-прежнему можно.
freeze-none = Публикация не остановлена.
unfrozen = Публикация возобновлена.
freeze-vote = Ваш голос за остановку действует один час; { $count ->
    [one] нужен ещё { $count } редактор
    [few] нужны ещё { $count } редактора
    [many] нужны ещё { $count } редакторов
   *[other] нужны ещё { $count } редактора
}.
unfreeze-vote = Ваш голос за возобновление действует один час; { $count ->
    [one] нужен ещё { $count } редактор
    [few] нужны ещё { $count } редактора
    [many] нужны ещё { $count } редакторов
   *[other] нужны ещё { $count } редактора
}.
freeze-how = Владелец решает один; иначе нужны два редактора.
clean-up-heading = Правки { $who } (начало: { $since })
clean-up-open = Открытые предложения, которые будут отклонены: { $count }
clean-up-nothing-yet = Пока ничего не изменено. То, что этот человек добавил, будет отозвано, а записи с его последней правкой вернутся к прежнему виду.
cleaned-up = Правки { $who } отменены: { $count ->
    [one] { $count } запись
    [few] { $count } записи
    [many] { $count } записей
   *[other] { $count } записи
}.
role-reader = читатель
role-contributor = корреспондент
role-editor = редактор
role-owner = владелец
role-by-setting = по настройкам оператора
role-granted = Роль { $who } теперь: { $role }.
role-revoked = У { $who } больше нет роли; теперь это { $role }.
role-linked = У того же человека остаётся роль под учётной записью { $who }.
roles-heading = Кто здесь работает
roles-none = Ролей пока нет ни у кого.
link-code = Чтобы связать с этой учётной записью другую вашу, отправьте мне оттуда эту строку в течение { $minutes ->
    [one] { $minutes } минуты
    [few] { $minutes } минут
    [many] { $minutes } минут
   *[other] { $minutes } минуты
}:
link-warning = Никому не сообщайте этот код. Связь не даёт новых прав ни одной из учётных записей: там, где нужны два человека, обе считаются одним.
linked = Эти учётные записи теперь считаются одним человеком: { $accounts }
forget-what = Это удалит всё, что указывает на вас: язык, подписку вашего личного чата, роли, незавершённые черновики и связи между вашими учётными записями. Опубликованное вами останется под псевдонимом, по которому вас уже никто не найдёт.
forgotten = Готово: здесь больше ничто на вас не указывает.

## Формы: что спрашивается и как можно писать названия полей

form-addfact = Новый факт
form-suggest = Предложить факт
form-editfact = Изменить { $label }
form-reject = Отклонить { $label }
form-retract = Отозвать { $label }
form-report = Замечание к { $label }
form-step = Вопрос { $number } из { $count }
form-cancelled = Отменено; ничего не сохранено.
input-statement = утверждение (statement)
input-source = источник (source)
input-topic = тема (topic)
input-article = статья (article)
input-date = дата (date)
input-status = статус (status)
input-by = кто (by)
input-severity = срочность (severity)
input-more = другие поля (more)
input-field = поле (field)
input-value = значение (value)
input-note = примечание (note)
input-reason = причина (reason)
ask-statement = В чём состоит факт? Одно-два простых предложения, какими их увидят читатели.
ask-source = Где это опубликовано? Адрес страницы, после него, если хотите, её заголовок.
ask-topic = О чём это? Название темы.
ask-article = К какой статье это относится? Например, 4 или 1961 1.
ask-date = Когда это произошло? 2024, 2024-06 или 2024-06-19.
ask-status = Насколько это достоверно?
ask-by = Кто это утверждает? Нужно, если факт не подтверждён или оспаривается.
ask-severity = Насколько срочно об этом сообщать?
ask-more = Другие поля, например статус: утверждается | кто: ЦТАК | статья: 4
ask-change-field = Какое поле?
ask-change-value = Что в нём должно стоять?
ask-change-note = Что изменено, в нескольких словах? Читатели увидят это в списке редакций.
ask-change-statement = Текст в новом виде
ask-change-source = Адрес ещё одного источника
ask-change-date = 2024, 2024-06 или 2024-06-19
ask-change-status = подтверждено, утверждается или оспаривается
ask-reject-reason = Почему нет? Автор прочтёт причину.
ask-retract-reason = Почему запись отзывается? Читатели увидят причину.
ask-report-reason = Что в записи неверно?
example-retract-reason = источник отозвал сообщение
example-report-reason = дата неверна
reject-unsourced = В источнике этого нет.
reject-double = Это у нас уже есть.
reject-unclear = Непонятно, что имеется в виду.
fields-known = Поля, через знак |:

## Кнопки

button-approve = ✓ Одобрить
button-reject = ✗ Отклонить
button-edit = Изменить
button-withdraw = Снять предложение
button-undo = Отменить ({ $seconds } с)
button-freeze = Остановить публикацию
button-unfreeze = Возобновить публикацию
button-clean-up = Откат: { $count ->
    [one] { $count } запись
    [few] { $count } записи
    [many] { $count } записей
   *[other] { $count } записи
}
button-forget = Забыть меня
button-whole = Показать целиком
button-skip = Пропустить
button-cancel = Отмена

## Что не так в написанном

mistake-fields = Сначала нужно исправить { $count ->
    [one] { $count } ошибку
    [few] { $count } ошибки
    [many] { $count } ошибок
   *[other] { $count } ошибки
}:
mistake-nothing-changed = В { $label } от этого ничего не изменится.
mistake-no-form = Открытой формы больше нет; новую начинает /addfact или /suggest.
mistake-when = Когда? Например: /schedule { $label } 2026-12-01 09:00, /schedule { $label } 18:30 или /schedule { $label } нет
mistake-time = Не могу прочитать время «{ $value }». Напишите, например, 2026-12-01 09:00, 18:30 или «нет».
mistake-time-past = Время { $value } уже прошло.
mistake-time-skipped = Времени { $value } в часовом поясе { $zone } нет: при переводе часов вперёд оно пропускается.
mistake-retract = Какая запись и почему? Например: /retract F-12 источник отозвал сообщение
mistake-report = Какая запись и что в ней неверно? Например: /report F-12 дата неверна
mistake-which = Какая запись? Укажите номер, например /{ $command } F-12, или откройте очередь.
mistake-roles = Напишите, например, /roles grant telegram:55 editor, /roles revoke telegram:55 или /roles list
mistake-account = «{ $value }» — не учётная запись. Укажите платформу и числовой идентификатор, например telegram:55; имя может занять кто угодно.
mistake-clean-up = Напишите, например: /retract by telegram:55 since 2026-11-20 учётную запись украли
fault-field = Поле «{ $value }» мне неизвестно.
fault-field-guess = Поле «{ $value }» мне неизвестно; может быть, «{ $guess }»?
fault-empty = Поле «{ $field }» пустое.
fault-doubled = Поле «{ $field }» указано дважды.
fault-long = Поле «{ $field }» слишком длинное: не больше { $limit ->
    [one] { $limit } знака
    [few] { $limit } знаков
    [many] { $limit } знаков
   *[other] { $limit } знака
}.
fault-no-words = «{ $value }» ни о чём не говорит.
fault-no-statement = Не хватает самого утверждения.
fault-no-source = Не хватает источника: добавьте источник: и адрес страницы.
fault-sources = Слишком много источников сразу: не больше { $limit }.
fault-source-form = «{ $value }» — не адрес общедоступной страницы; он начинается с https:// и имени вроде tass.com.
fault-source-scheme = «{ $value }» начинается с { $scheme }://; источником может быть только адрес http или https.
fault-topic = Тема «{ $value }» мне неизвестна; список тем: /topics
fault-topic-guess = Тема «{ $value }» мне неизвестна; может быть, { $guess }?
fault-article = Статья «{ $value }» мне неизвестна; напишите, например, 4, преамбула или 1961 1.
fault-date = «{ $value }» — не дата; напишите 2024, 2024-06 или 2024-06-19.
fault-future = Дата { $value } ещё не наступила; факт — это то, что уже произошло.
fault-status = «{ $value }» — не статус; выберите: подтверждено, утверждается или оспаривается.
fault-status-retracted = Чтобы отозвать запись, есть команда /retract.
fault-severity = Значение «{ $value }» не подходит; выберите: срочно, обычно или тихо.
fault-no-who = { $status ->
    [disputed] Факт оспаривается; кто его утверждает? кто: …
   *[other] Это пока лишь утверждение; чьё оно? кто: …
}
fault-against-text = Другая сторона названа; что она говорит? против: …
fault-against-who = Кто утверждает иное? против-кто: …
fault-against-source = Где это говорит другая сторона? против-источник: https://…
remark-by-dropped = Подтверждённое опирается на источники; поле «кто» убрано.
remark-one-side = Пока слышна только одна сторона. Другая: /editfact и поля против: … | против-кто: … | против-источник: …
remark-against-dropped = Две стороны бывают только у того, что оспаривается; поле «против» убрано.

## Отказы, каждый с причиной

refused-anonymous-desk = Вы пишете от имени группы, канала или бота, и отвечать за это некому. Отключите анонимность или напишите мне в личные сообщения от своего имени.
refused-own = { $label } — ваше предложение: одобрить его должен кто-то другой.
refused-decided-published = По { $label } решение уже принято: опубликовано.
refused-decided-rejected = По { $label } решение уже принято: отклонено.
refused-decided-because = По { $label } решение уже принято: отклонено. Причина: { $reason }
refused-decided-report = Замечание { $label } уже рассмотрено.
refused-stale-draft = Текст { $label } с тех пор переписан (вы видели версию { $draft }, сейчас версия { $current }). Посмотрите ещё раз: /queue { $label }
refused-stale-base = Запись с тех пор изменилась: { $label } составлено для редакции { $base }, а сейчас действует { $current }. Обновите предложение: /editfact { $label }
refused-other-revision = { $label } станет редакцией { $becomes }, а не { $revision }. Посмотрите ещё раз: /queue { $label }
refused-frozen = Публикация остановлена, поэтому { $label } сейчас опубликовать нельзя. /freeze status
refused-approved = Вы уже одобрили { $label }; теперь слово за другими.
refused-rate = Слишком много сразу: не больше { $per_minute } в минуту и { $per_hour } в час. Немного подождите.
refused-report = { $label } — замечание: исправьте или отзовите { $entry } либо отклоните замечание.
refused-unsourced = У { $label } нет источника, опубликовать нельзя.
refused-amend = { $label } нельзя переписать; отклоните это предложение и внесите новое.
refused-open = По { $label } уже кое-что ждёт решения: /queue { $label }
refused-not-published = Запись { $label } не опубликована.
refused-moved-on = Запись { $label } с тех пор снова изменилась; исправить её можно командой /editfact.
refused-undo-late = Публикацию { $label } уже не отменить: это можно было сделать в течение { $seconds ->
    [one] { $seconds } секунды
    [few] { $seconds } секунд
    [many] { $seconds } секунд
   *[other] { $seconds } секунды
} после выхода. Исправьте запись командой /editfact или отзовите её.
refused-retracted = Запись { $label } отозвана, и это окончательно; если факт всё же верен, добавьте его заново.
refused-status = Статус { $label } нельзя сменить с «{ $before ->
    [confirmed] подтверждено
    [claimed] утверждается
    [disputed] оспаривается
    [retracted] отозвано
   *[other] { $before }
}» на «{ $after ->
    [confirmed] подтверждено
    [claimed] утверждается
    [disputed] оспаривается
    [retracted] отозвано
   *[other] { $after }
}».
refused-suggestions = Решения уже { $limit ->
    [one] ждёт { $limit } ваше предложение
    [few] ждут { $limit } ваших предложения
    [many] ждут { $limit } ваших предложений
   *[other] ждут { $limit } ваших предложения
}; как только одно из них рассмотрят, можно прислать следующее.
refused-shared = От имени { $value } могут писать многие, поэтому роли здесь быть не может.
refused-owner-setting = { $value } — владелец по настройкам оператора (OWNERS); изменить это можно только там.
refused-review-private = Карточки на рассмотрение — для группы: добавьте меня туда и напишите там /queue here
refused-link-code = Этот код неверен, уже использован или устарел; новый создаёт /link.
refused-foreign-button = Эта кнопка из другого чата.
refused-others-button = Эта кнопка предназначена другому человеку; введите команду сами.
refused-clean-up-moved = Теперь отменять нужно больше; взгляните ещё раз, прежде чем решать.
unknown-proposal = По запросу «{ $value }» ничто не ждёт решения.
unknown-undone = Запись { $label } отменили сразу после публикации.
unknown-account = Учётная запись «{ $value }» мне неизвестна.
unknown-work = Правок { $value }, которые можно откатить, нет (начало: { $since }).

## Help on the desk, by one example

button-help-desk = Как работает редакция
help-desk-heading = Редакция на одном примере
help-desk-intro = Никто ничего не прочтёт, пока это не одобрит другой человек, и ничто не одобряется без источника.
help-desk-add = Корреспондент или редактор пишет факт. В ответ приходит предпросмотр с номером, здесь { $label }; он ждёт в очереди.
help-desk-edit = Любой сотрудник редакции дополняет черновик, например другим языком. Прежние одобрения больше не считаются.
help-desk-review = Редакторы видят, что ждёт решения: источники, изменения и возможные повторы.
help-desk-approve = { $approvals ->
    [0] Здесь редактор публикует один, достаточно одного одобрения:
    [one] { $approvals } человек, не из авторов, одобряет — и факт опубликован:
    [few] { $approvals } человека, не из авторов, одобряют — и факт опубликован:
    [many] { $approvals } человек, не из авторов, одобряют — и факт опубликован:
   *[other] { $approvals } человека, не из авторов, одобряют — и факт опубликован:
}
help-desk-reject = Или его отклоняют, и автор читает причину:
help-desk-schedule = До одобрения можно назначить час, по часовому поясу оператора:
help-desk-undo = Опубликовано слишком рано? В течение { $seconds ->
    [one] { $seconds } секунды
    [few] { $seconds } секунд
    [many] { $seconds } секунд
   *[other] { $seconds } секунды
} публикацию можно отменить:
help-desk-correct = Позже факт исправляют; старый текст остаётся в истории, а правка одобряется так же, как новый факт:
help-desk-retract = Что оказалось неверным, отзывают; номер по-прежнему отвечает и называет причину:
help-desk-freeze = В чрезвычайном случае владелец или два редактора останавливают публикацию:
