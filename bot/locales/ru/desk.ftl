### Что читатели видят из изменений и что говорит редакция.

## Изменения, видимые читателям

card-retracted = Отозвано ({ $date }).
card-retracted-because = Отозвано ({ $date }) по причине: { $reason }
card-undone = Эту запись отменили сразу после публикации.
card-who-otherwise = Кто утверждает иное:
source-web = веб-страница, издатель не оценён
field-against = что говорит другая сторона
field-against_by = кто утверждает иное
field-against_sources = источники другой стороны
field-retraction = причина отзыва
sources-other-side = другой стороны
history-undo = публикация отменена
history-approved = одобрено: { $people }
history-texts = Тексты
history-lags = может не учитывать { $label } ({ $language })
changes-heading = Что изменилось в { $label }
changes-first = Это первая редакция: до неё ничего не было.
changes-none = Содержание то же, что и в предыдущей редакции.
change-order = другой порядок
button-changes = Что изменилось
