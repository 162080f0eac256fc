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
