# Delivery: subscriptions, alerts, digests, corrections.

## What is pushed

push-alert = Новое
push-flash = Срочно
push-correction = Запись изменена
push-instead = Заменяет наше сообщение { $label }, которое больше нельзя изменить.
push-corrected = Исправлено ({ $date }).
push-corrected-because = Исправлено ({ $date }): { $note }
push-digest-daily = Ежедневный дайджест: { $date }
push-digest-weekly = Еженедельный дайджест: { $date }
push-digest-late = Этот дайджест пришёл с опозданием.
push-digest-merged = { $count ->
    [one] Этот дайджест пришёл с опозданием и включает ещё { $count } предыдущий, который не удалось отправить.
    [few] Этот дайджест пришёл с опозданием и включает ещё { $count } предыдущих, которые не удалось отправить.
    [many] Этот дайджест пришёл с опозданием и включает ещё { $count } предыдущих, которые не удалось отправить.
   *[other] Этот дайджест пришёл с опозданием и включает ещё { $count } предыдущего, которые не удалось отправить.
}
push-digest-more = { $count ->
    [one] и ещё { $count } запись:
    [few] и ещё { $count } записи:
    [many] и ещё { $count } записей:
   *[other] и ещё { $count } записи:
}
push-notice-nothing = С прошлого раза ничего нового не опубликовали.
button-why = Почему я это получаю?

## What owners are told

watch-heading = Оповещение не доходит: { $label }
watch-nobody = Оно должно было уйти полминуты назад, но ещё ни до кого не дошло.
watch-stalled = { $count ->
    [one] Оно дошло до { $count } чата, и отправка остановилась.
    [few] Оно дошло до { $count } чатов, и отправка остановилась.
    [many] Оно дошло до { $count } чатов, и отправка остановилась.
   *[other] Оно дошло до { $count } чата, и отправка остановилась.
}
watch-next = Узнать, что произошло, можно на сервере:
off-heading = { $platform } отключён
off-queued = { $platform } больше не пускает бота. Всё, что ещё не отправлено, остаётся в очереди и уйдёт, как только бот снова подключится.
off-next = На сервере проверьте эту настройку, укажите действующий токен и перезапустите бота:
delivery-queued = ожидает
delivery-started = отправляется
delivery-delivered = доставлено
delivery-uncertain = неясно
delivery-rejected = отклонено
delivery-expired = опоздало
delivery-cancelled = отменено

## Recurring notices

schedule-heading = Расписание
schedule-empty = В расписании ничего нет.
schedule-line = публикация не ранее { $time }
notice-added = Рассылка { $label } включена.
notice-proposed = Рассылка { $label } ждёт: другой редактор должен один раз её подтвердить.
notice-stopped = Рассылка { $label } остановлена и больше приходить не будет:
notice-every-day = каждый день
notice-next = следующая отправка: { $time }
notice-waits = ждёт подтверждения
notice-how = Регулярная рассылка сообщает, что нового вышло с прошлого раза. Например: /schedule каждый понедельник в 9:00: договор за неделю
button-notice-confirm = Подтвердить { $label }
button-notice-stop = Остановить { $label }
mistake-notice = Не могу понять, когда отправлять «{ $value }». Напишите, например: /schedule каждый понедельник, четверг в 9:00: договор за неделю
mistake-notice-day = День «{ $value }» мне неизвестен. Напишите, например: /schedule каждый понедельник, четверг в 9:00: договор за неделю
mistake-notice-title = После двоеточия нет названия или оно слишком длинное (знаков: не больше { $limit }). Например: /schedule каждый день в 18:00: новости дня
refused-notice-confirmed = Рассылка { $label } уже подтверждена.
refused-notice-moved = Тем временем по рассылке { $label } решение принял кто-то другой.
refused-notices = Регулярных рассылок слишком много (предел: { $limit }); сначала остановите одну из них.
unknown-notice = Регулярной рассылки по запросу «{ $value }» нет.

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
subscription-digest = Время дайджестов: { $time }; день еженедельного: { $day }
next-daily = Следующий ежедневный дайджест: { $time }
next-weekly = Следующий еженедельный дайджест: { $time }
subscription-quiet = Тихие часы: { $since }–{ $until }; срочные новости приходят и в это время
subscription-quiet-none = Тихие часы: нет
subscription-silent = Звук: выключен
subscription-loud = Звук: включён
subscription-fallback = Если эту ветку закроют, сообщения пойдут в основной чат
subscription-no-fallback = Если эту ветку закроют, сообщения в основной чат не пойдут
subscription-paused = Пауза (начало: { $date }): до возобновления ничего не приходит.
subscription-unreachable = Чат недоступен ({ $date }): доставить в него сообщения не удалось.
subscription-ended = Подписка прекращена ({ $date }): больше ничего не приходит.
subscription-how = Изменить или отменить подписку:
preview = { $count ->
    [one] За последнюю неделю пришла бы { $count } новость:
    [few] За последнюю неделю пришли бы { $count } новости:
    [many] За последнюю неделю пришло бы { $count } новостей:
   *[other] За последнюю неделю пришло бы { $count } новости:
}
preview-more = { $count ->
    [one] За последнюю неделю пришло бы больше { $count } новости, среди них:
    [few] За последнюю неделю пришло бы больше { $count } новостей, среди них:
    [many] За последнюю неделю пришло бы больше { $count } новостей, среди них:
   *[other] За последнюю неделю пришло бы больше { $count } новости, среди них:
}
preview-none = За последнюю неделю не пришло бы ничего.
unsubscribed = Готово: чат больше ничего не получит.
unsubscribed-nothing = Чат и так не подписан и ничего не получает.
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
settings-none = Чат пока не подписан.
settings-admins = Смотреть здесь может каждый, менять — только администраторы.
settings-ask-language = Какой язык?
settings-ask-timezone = Какой часовой пояс? Выберите или напишите, например:
settings-ask-digest = Когда присылать дайджесты? Выберите время или день еженедельного либо напишите, например:
settings-ask-quiet = Когда ничего не присылать? Срочные новости приходят и в это время. Выберите или напишите, например:
setting-language = Язык
setting-timezone = Часовой пояс
setting-digest = Время дайджестов
setting-quiet = Тихие часы
setting-silent = Без звука
setting-thread-fallback = Закрытые ветки
setting-pause = Пауза
setting-resume = Возобновить
button-settings = Настройки
button-subscribe = Подписаться
button-unsubscribe = Отписаться
button-mode-instant = Всё по мере выхода
button-mode-daily = Ежедневный дайджест
button-mode-weekly = Еженедельный дайджест
button-silent = Выключить звук
button-loud = Включить звук
button-pause = Приостановить
button-resume = Возобновить
button-fallback = Если закроют: в основной
button-no-fallback = Никогда в основной
button-back = ◀ Настройки
button-on = Включить
button-off = Выключить
mistake-not-subscribed = Чат пока не подписан, менять нечего. Сначала оформите подписку.
mistake-setting = Настройка «{ $value }» мне неизвестна. Изменить можно эти:
mistake-zone = «{ $value }» — не название часового пояса. Может быть, один из этих?
mistake-digest = В «{ $value }» нет ни времени, ни дня. Выберите здесь или напишите время, например 08:30.
mistake-quiet = Не могу понять тихие часы «{ $value }»; напишите разные начало и конец, например 22:00-07:00.
mistake-switch = «{ $value }»: непонятно, включить или выключить.
refused-subscription-admin = Решать, что получает этот чат, могут только его администраторы.
refused-subscription-anonymous = Вы пишете от имени группы, канала или бота, и не видно, что вы администратор. Отключите анонимность, а о канале напишите мне в личные сообщения: /subscribe @channel
refused-chat-elsewhere = То, что получает { $chat }, настраивается не в группе: напишите мне в личные сообщения.
refused-chat-unproven = { $chat }: я не вижу, что вы там администратор. Добавьте меня туда (в канал — администратором с правом публикации), убедитесь, что вы сами администратор, и попробуйте ещё раз.
refused-chat-mute = { $chat }: мне нельзя там писать. Дайте мне это право и попробуйте ещё раз.

## Why a message came
why-heading = Что стало здесь с { $label }
why-heading-place = Что стало с { $label } ({ $chat })
why-alert = Оповещение
why-correction = Исправление
why-digest = Дайджест
why-notice = Регулярная рассылка
why-delivered = Доставлено: { $time }.
why-queued = Ожидает; отправка: { $time }.
why-started = Отправляется.
why-uncertain = Отправлено, но ответ платформы потерялся: сообщение могло дойти, а могло и не дойти.
why-rejected = Доставить не удалось.
why-expired = Не отправлено: когда это стало возможно, было уже поздно.
why-cancelled = Не отправлено.
why-never = Отдельным сообщением в этот чат это не отправляли.
why-nothing-yet = В этот чат ещё ничего не отправляли.
why-unsubscribed = Чат не подписан.
why-wanted = Подписка этого чата:
why-not-wanted = На эти темы чат не подписан.
why-since = Начало подписки: { $date }
reason-superseded = Вместо этого сообщения есть более новое.
reason-undone = Публикацию отменили.
reason-quiet = В чате сейчас тихие часы.
reason-limit = Платформа попросила отправлять медленнее.
reason-turn = Сначала уходит другое сообщение.
reason-nothing = Здесь нет сообщения, которое можно изменить.
reason-paused = Подписка была на паузе.
reason-unreachable = Чат был недоступен.
reason-ended = Подписка была прекращена.
trouble-unreached = Платформа была недоступна.
trouble-outage = На платформе был сбой.
trouble-lost = Ответ платформы потерялся.
trouble-chat-limit = Слишком много сообщений сразу для этого чата.
trouble-limit = Платформа попросила отправлять медленнее.
trouble-moved = У чата сменился номер.
trouble-gone = Чата больше нет, или мне закрыли в него доступ:
trouble-topic-gone = Ветку закрыли или удалили:
trouble-uneditable = Сообщение больше нельзя изменить:
trouble-refused = Платформа отказала:
trouble-off = Платформа не подключена.
unknown-alert = Оповещение «{ $value }» мне неизвестно. Может быть, одно из этих?
unknown-alert-entry = О записи { $label } не сообщали, поэтому ничего и не отправляли.
refused-why-elsewhere = То, что получает другой чат, видят только редакторы и его администраторы.
button-why-last = Последнее сообщение

## Rehearsals

button-rehearse = Репетиция
rehearsal-heading = Репетиция публикации { $label }: ничего не отправляется
rehearsal-reach = { $count ->
    [one] При публикации сейчас сообщение сразу ушло бы в { $count } чат
    [few] При публикации сейчас сообщение сразу ушло бы в { $count } чата
    [many] При публикации сейчас сообщение сразу ушло бы в { $count } чатов
   *[other] При публикации сейчас сообщение сразу ушло бы в { $count } чата
}
rehearsal-held = { $count ->
    [one] В { $count } из них сейчас тихие часы: туда оно пришло бы позже.
    [few] В { $count } из них сейчас тихие часы: туда оно пришло бы позже.
    [many] В { $count } из них сейчас тихие часы: туда оно пришло бы позже.
   *[other] В { $count } из них сейчас тихие часы: туда оно пришло бы позже.
}
rehearsal-digests = { $count ->
    [one] Ещё { $count } чат получил бы его в дайджесте.
    [few] Ещё { $count } чата получили бы его в дайджесте.
    [many] Ещё { $count } чатов получили бы его в дайджесте.
   *[other] Ещё { $count } чата получили бы его в дайджесте.
}
rehearsal-change = При публикации сейчас обновились бы уже отправленные сообщения об этой записи; больше никто ничего не получил бы.
rehearsal-staged = { $count ->
    [one] Показано и в { $count } тестовом чате.
    [few] Показано и в { $count } тестовых чатах.
    [many] Показано и в { $count } тестовых чатах.
   *[other] Показано и в { $count } тестового чата.
}
refused-rehearse = По { $label } решение уже принято, репетировать нечего.
staging-here = Теперь репетиции показываются в этом чате; отключить:
staging-off = Репетиции в этом чате больше не показываются.
