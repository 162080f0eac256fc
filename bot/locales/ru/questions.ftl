## Вопросы своими словами

command-ask = Спросить своими словами
command-ask-help = Ищет запись с ответом на ваш вопрос, какими бы словами и на каком бы из четырёх языков вы его ни задали, и показывает её с источниками. Если точного ответа нет, бот прямо об этом говорит и показывает самые близкие записи; если нет ничего, сообщает и об этом. От себя бот ничего не сочиняет.
param-ask-question = Ваш вопрос
param-question-name = вопрос
command-notify = Узнать, когда появится ответ
command-notify-help = Если на вопрос не нашлось ответа, запоминает, что вы его ждёте. Когда появится запись с ответом, вы получите одно личное сообщение, после чего заявка будет удалена.
param-notify-question = Номер вопроса, как на кнопке
command-questions = Вопросы, на которые пока нет ответа
command-questions-help = Показывает вопросы читателей, на которые нет ответа; сначала самые частые, без указания, кто спросил. «/questions close 12» закрывает вопрос 12. Как только появляется запись с ответом, вопрос уходит из списка, а те, кто ждал, получают сообщение.
param-questions-close = Номер вопроса, который нужно закрыть
param-close-name = close номер

answer-more = Возможно, вам пригодится и это:
answer-closest = Точного ответа здесь нет. Самые близкие записи:
unknown-ask = Об этом пока ничего нет: «{ $question }»
unknown-question = Вопроса { $value } нет среди открытых.
mistake-ask = Задайте вопрос словами, например: /ask кто подписал договор.
button-ask = Спросить: { $question }
button-notify = Сообщить об ответе
button-suggest = Предложить факт
button-open = Открыть { $label }
button-close = Закрыть { $number }
notify-noted = Я сообщу, когда появится ответ на вопрос: «{ $question }»
notify-private = Придёт одно личное сообщение, после чего заявка будет удалена. Удалить её раньше можно командой
answered-heading = По вашему вопросу появилась запись
questions-heading = Вопросы читателей, на которые нет ответа
questions-line = { $count ->
    [one] спросили { $count } раз: «{ $question }»
    [few] спросили { $count } раза: «{ $question }»
    [many] спросили { $count } раз: «{ $question }»
   *[other] спросили { $count } раза: «{ $question }»
}
questions-waiting = { $count ->
    [one] { $count } человек ждёт ответа
    [few] { $count } человека ждут ответа
    [many] { $count } человек ждут ответа
   *[other] { $count } человека ждут ответа
}
questions-how = Опубликуйте факт с ответом, и те, кто ждёт, получат сообщение. Вопросы, на которые никто не сможет ответить, закройте.
questions-none = Открытых вопросов нет: сейчас никто из читателей не ждёт ответа.
questions-closed = Вопрос { $number } закрыт.

search-corrected = По запросу «{ $query }» ничего не найдено. Показаны результаты по запросу «{ $corrected }».
search-filters = Только: { $filters }
unknown-search-filtered = По запросу «{ $query }» ничего не найдено с такими условиями: { $filters }
kind-article = статья
kind-fact = факт
kind-event = событие
kind-person = человек
param-search-kind = Только статьи, факты, события или люди
param-search-status = Только записи с этим статусом
param-search-topic = Только записи по этой теме
param-search-since = Не раньше этой даты
param-search-until = Не позже этой даты
param-search-instrument = Только то, что касается этого договора, например 1961
param-kind-name = вид
param-instrument-name = договор

fault-filter = { $filter }: значение «{ $value }» не подходит; выберите одно из следующих: { $choices }.
mistake-filters = { $count ->
    [one] Не удалось применить { $count } условие:
    [few] Не удалось применить { $count } условия:
    [many] Не удалось применить { $count } условий:
   *[other] Не удалось применить { $count } условия:
}

double-figures = другие цифры
double-denial = отрицание есть только в одной из двух записей
