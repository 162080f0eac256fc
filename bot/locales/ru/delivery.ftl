# Delivery: subscriptions, alerts, digests, corrections.

## What is pushed

push-alert = Новое
push-flash = Срочно
push-correction = Изменение
push-instead = Заменяет наше сообщение { $label }, которое больше нельзя изменить.
push-corrected = Исправлено ({ $date }).
push-corrected-because = Исправлено ({ $date }): { $note }
push-digest-daily = Дайджест: { $date }
push-digest-weekly = Дайджест недели: { $date }
push-digest-late = Этот дайджест пришёл с опозданием.
push-digest-merged = { $count ->
    [one] Этот дайджест пришёл с опозданием и включает { $count } предыдущий, который не удалось отправить.
    [few] Этот дайджест пришёл с опозданием и включает { $count } предыдущих, которые не удалось отправить.
    [many] Этот дайджест пришёл с опозданием и включает { $count } предыдущих, которые не удалось отправить.
   *[other] Этот дайджест пришёл с опозданием и включает { $count } предыдущего, которые не удалось отправить.
}
push-digest-more = { $count ->
    [one] и ещё { $count } запись:
    [few] и ещё { $count } записи:
    [many] и ещё { $count } записей:
   *[other] и ещё { $count } записи:
}
push-notice-nothing = С прошлого раза ничего нового не опубликовано.
button-why = Почему я это получаю?

## What owners are told

watch-heading = { $label } не доходит
watch-nobody = Отправка должна была начаться полминуты назад, но сообщение не дошло ни до кого.
watch-stalled = { $count ->
    [one] Сообщение дошло до { $count } чата, и отправка остановилась.
    [few] Сообщение дошло до { $count } чатов, и отправка остановилась.
    [many] Сообщение дошло до { $count } чатов, и отправка остановилась.
   *[other] Сообщение дошло до { $count } чата, и отправка остановилась.
}
watch-next = Что произошло, видно на сервере:
delivery-queued = ожидает
delivery-started = отправляется
delivery-delivered = доставлено
delivery-uncertain = неизвестно
delivery-rejected = отклонено
delivery-expired = просрочено
delivery-cancelled = отменено

## Recurring notices

schedule-heading = Что назначено на время
schedule-empty = Ничего не назначено.
schedule-line = не ранее { $time }
notice-added = Рассылка { $label } включена.
notice-proposed = Рассылка { $label } ждёт: её должен один раз подтвердить другой редактор.
notice-stopped = Рассылка { $label } остановлена и больше не придёт:
notice-every-day = каждый день
notice-next = следующий раз: { $time }
notice-waits = не подтверждена
notice-how = Регулярная рассылка приносит то, что нового вышло с прошлого раза. Например: /schedule каждый понедельник в 9:00: неделя договора
button-notice-confirm = Подтвердить { $label }
button-notice-stop = Остановить { $label }
mistake-notice = Не могу понять, когда должно приходить «{ $value }». Напишите, например: /schedule каждый понедельник, четверг в 9:00: неделя договора
mistake-notice-day = Не знаю дня «{ $value }». Напишите, например: /schedule каждый понедельник, четверг в 9:00: неделя договора
mistake-notice-title = После двоеточия нет названия, или оно слишком длинное (знаков: не больше { $limit }). Например: /schedule каждый день в 18:00: новости дня
refused-notice-confirmed = Рассылка { $label } уже подтверждена.
refused-notice-moved = Тем временем о рассылке { $label } уже решил кто-то другой.
refused-notices = Регулярных рассылок слишком много (предел: { $limit }); сначала остановите одну из них.
unknown-notice = Регулярной рассылки «{ $value }» нет.

## Subscriptions
subscribed = Подписка оформлена
subscribed-heading-place = Подписка оформлена: { $chat }
wants-everything = Всё
wants-else = Всё остальное
mode-instant = сразу после публикации
mode-daily = в ежедневном дайджесте
mode-weekly = в еженедельном дайджесте
mode-off = не присылать
subscription-language = Язык: { $language }
subscription-zone = Часовой пояс: { $zone }
subscription-digest = Дайджесты в { $time }; день еженедельного: { $day }
next-daily = Следующий ежедневный дайджест: { $time }
next-weekly = Следующий еженедельный дайджест: { $time }
subscription-quiet = Тихие часы: { $since }–{ $until }; срочные новости приходят всё равно
subscription-quiet-none = Тихие часы: нет
subscription-silent = Звук: выключен
subscription-loud = Звук: включён
subscription-fallback = Если эту тему закроют, сообщения пойдут в основной чат
subscription-no-fallback = Если эту тему закроют, в основной чат сообщения не пойдут
subscription-paused = Пауза ({ $date }): до возобновления ничего не приходит.
subscription-unreachable = Нет связи ({ $date }): сообщения в этот чат не доходили.
subscription-ended = Подписка прекращена ({ $date }): больше ничего не приходит.
subscription-how = Изменить или отменить:
preview = { $count ->
    [one] За последнюю неделю пришла бы { $count } новость:
    [few] За последнюю неделю пришли бы { $count } новости:
    [many] За последнюю неделю пришло бы { $count } новостей:
   *[other] За последнюю неделю пришло бы { $count } новости:
}
preview-more = { $count ->
    [one] За последнюю неделю пришла бы { $count } новость и не только:
    [few] За последнюю неделю пришли бы { $count } новости и не только:
    [many] За последнюю неделю пришло бы { $count } новостей и не только:
   *[other] За последнюю неделю пришло бы { $count } новости и не только:
}
preview-none = За последнюю неделю не пришло бы ничего.
unsubscribed = Готово: больше сюда ничего не придёт.
unsubscribed-nothing = Подписки здесь нет, так что и так ничего не приходит.
unsubscribed-topics = Готово. Вот что чат получает теперь:
weekday-monday = понедельник
weekday-tuesday = вторник
weekday-wednesday = среда
weekday-thursday = четверг
weekday-friday = пятница
weekday-saturday = суббота
weekday-sunday = воскресенье

## Settings
settings-heading = Настройки
settings-heading-place = Настройки: { $chat }
settings-none = Подписки здесь пока нет.
settings-admins = Смотреть может каждый, менять — только администраторы.
settings-ask-language = Какой язык?
settings-ask-timezone = Какой часовой пояс? Выберите или напишите, например,
settings-ask-digest = Когда присылать дайджесты? Выберите время или день еженедельного либо напишите, например,
settings-ask-quiet = Когда ничего не присылать? Срочные новости приходят всё равно. Выберите или напишите, например,
setting-language = Язык
setting-timezone = Часовой пояс
setting-digest = Время дайджеста
setting-quiet = Тихие часы
setting-silent = Без звука
setting-thread-fallback = Закрытые темы
setting-pause = Пауза
setting-resume = Возобновить
button-settings = Настройки
button-subscribe = Подписаться
button-unsubscribe = Отписаться
button-mode-instant = Всё и сразу
button-mode-daily = Ежедневный дайджест
button-mode-weekly = Еженедельный дайджест
button-silent = Выключить звук
button-loud = Включить звук
button-pause = Приостановить
button-resume = Возобновить
button-fallback = Закроют — в основной
button-no-fallback = Никогда в основной
button-back = ◀ Настройки
button-on = Вкл.
button-off = Выкл.
mistake-not-subscribed = Подписки здесь пока нет, поэтому менять нечего. Сначала подпишитесь.
mistake-setting = Настройки «{ $value }» я не знаю. Изменить можно эти:
mistake-zone = «{ $value }» — не название часового пояса. Может быть, один из этих?
mistake-digest = В «{ $value }» нет ни времени, ни дня. Выберите здесь или напишите время, например 08:30.
mistake-quiet = Не могу прочитать «{ $value }» как тихие часы; напишите два разных времени, например 22:00-07:00.
mistake-switch = «{ $value }» — это ни да, ни нет.
refused-subscription-admin = Менять то, что получает этот чат, могут только его администраторы.
refused-subscription-anonymous = Вы пишете от имени группы, канала или бота, и не видно, что вы администратор. Отключите анонимность; ради канала напишите мне в личном чате: /subscribe @channel
refused-chat-elsewhere = То, что получает { $chat }, настраивается не в группе: напишите мне в личном чате.
refused-chat-unproven = Я не вижу, что вы администратор { $chat }. Добавьте меня туда (в канал — администратором с правом публикации), убедитесь, что вы сами администратор, и попробуйте ещё раз.
refused-chat-mute = Мне нельзя писать в { $chat }. Дайте мне там это право и попробуйте ещё раз.

## Why a message came
why-heading = Что стало с { $label } здесь
why-heading-place = Что стало с { $label } в { $chat }
why-alert = Новость
why-correction = Исправление
why-digest = Дайджест
why-notice = Регулярное сообщение
why-delivered = Доставлено: { $time }.
why-queued = Ожидает до: { $time }.
why-started = Отправляется.
why-uncertain = Отправлено, но ответ платформы потерялся: могло дойти, а могло и не дойти.
why-rejected = Доставить не удалось.
why-expired = Не отправлено: когда это стало возможно, было уже поздно.
why-cancelled = Не отправлено.
why-never = Отдельным сообщением в этот чат это не отправлялось.
why-nothing-yet = В этот чат ещё ничего не отправлялось.
why-unsubscribed = У этого чата нет подписки.
why-wanted = Этот чат это запросил:
why-not-wanted = По этим темам чат ничего не получает.
why-since = Начало подписки: { $date }
reason-superseded = Его заменила более новая версия.
reason-undone = Публикацию отменили.
reason-quiet = Сейчас тихие часы этого чата.
reason-limit = Платформа попросила отправлять медленнее.
reason-turn = Сначала уходит другое сообщение.
reason-nothing = Здесь нет сообщения, которое можно изменить.
reason-paused = Подписка была на паузе.
reason-unreachable = Чат был недоступен.
reason-ended = Подписка была прекращена.
trouble-unreached = Платформа была недоступна.
trouble-outage = На платформе был сбой.
trouble-lost = Ответ платформы потерялся.
trouble-chat-limit = Для этого чата было слишком много сразу.
trouble-limit = Платформа попросила отправлять медленнее.
trouble-moved = У чата сменился номер.
trouble-gone = Чата больше нет, или мне закрыли в него доступ:
trouble-topic-gone = Тему закрыли или удалили:
trouble-uneditable = Сообщение больше нельзя изменить:
trouble-refused = Платформа отказала:
trouble-off = Платформа не подключена.
unknown-alert = Сообщения «{ $value }» я не знаю. Может быть, одно из этих?
unknown-alert-entry = О записи { $label } ничего не объявляли, поэтому ничего и не отправляли.
refused-why-elsewhere = То, что получает другой чат, видят только редакторы и его администраторы.
button-why-last = Последнее сообщение

## Rehearsals

button-rehearse = Репетиция
rehearsal-heading = Репетиция { $label }: ничего не отправляется
rehearsal-reach = { $count ->
    [one] После публикации сообщение сразу ушло бы в { $count } чат
    [few] После публикации сообщение сразу ушло бы в { $count } чата
    [many] После публикации сообщение сразу ушло бы в { $count } чатов
   *[other] После публикации сообщение сразу ушло бы в { $count } чата
}
rehearsal-held = { $count ->
    [one] В { $count } из них сейчас тихие часы: туда оно придёт позже.
    [few] В { $count } из них сейчас тихие часы: туда оно придёт позже.
    [many] В { $count } из них сейчас тихие часы: туда оно придёт позже.
   *[other] В { $count } из них сейчас тихие часы: туда оно придёт позже.
}
rehearsal-digests = { $count ->
    [one] Ещё { $count } чат увидел бы его в дайджесте.
    [few] Ещё { $count } чата увидели бы его в дайджесте.
    [many] Ещё { $count } чатов увидели бы его в дайджесте.
   *[other] Ещё { $count } чата увидели бы его в дайджесте.
}
rehearsal-change = После публикации изменились бы сообщения, в которых об этой записи рассказывалось; больше никому ничего не ушло бы.
rehearsal-staged = { $count ->
    [one] Показано в { $count } тестовом чате.
    [few] Показано в { $count } тестовых чатах.
    [many] Показано в { $count } тестовых чатах.
   *[other] Показано в { $count } тестового чата.
}
refused-rehearse = По { $label } решение уже принято, репетировать нечего.
staging-here = Теперь репетиции показываются в этом чате; отключить:
staging-off = Репетиции в этом чате больше не показываются.
