## Domande con parole proprie

command-ask = Fai una domanda con parole tue
command-ask-help = Cerca la voce che risponde alla tua domanda, con qualunque parola e in qualunque delle quattro lingue tu la faccia, e la mostra con le fonti. Se nessuna voce risponde con certezza, lo dice e mostra le più vicine; se non c'è nulla, dice anche questo. Non scrive mai risposte proprie.
param-ask-question = La tua domanda
param-question-name = domanda
command-notify = Fatti avvisare quando c'è una risposta
command-notify-help = Se una domanda è rimasta senza risposta, annota che vuoi riceverla. Quando una voce risponde, ti arriva un solo messaggio privato; poi la richiesta viene eliminata.
param-notify-question = Il numero della domanda, come nel pulsante
command-questions = Domande ancora senza risposta
command-questions-help = Elenca che cosa hanno chiesto i lettori senza trovare risposta, a partire dalle domande più frequenti, senza dire chi le ha fatte. «/questions close 12» chiude la domanda 12. Appena una voce risponde, la domanda esce dall'elenco e chi aspettava viene avvisato.
param-questions-close = Il numero di una domanda da chiudere
param-close-name = close numero

answer-more = Forse anche queste voci:
answer-closest = Nessuna voce risponde con certezza. Le più vicine:
unknown-ask = Su questo non c'è ancora nulla: «{ $question }»
unknown-question = La domanda { $value } non è tra quelle aperte.
mistake-ask = Fai la domanda a parole, per esempio /ask chi ha firmato il trattato.
button-ask = Chiedi: { $question }
button-notify = Avvisami della risposta
button-suggest = Proponi un fatto
button-open = Apri { $label }
button-close = Chiudi { $number }
notify-noted = Ti avviserò quando sarà pubblicato qualcosa che risponde alla domanda: «{ $question }»
notify-private = Ti arriverà un solo messaggio privato, poi la richiesta sarà eliminata. Puoi eliminarla prima con
answered-heading = Ora c'è una voce che riguarda la tua domanda
questions-heading = Che cosa hanno chiesto i lettori senza trovare risposta
questions-line = { $count ->
    [one] chiesto una volta: «{ $question }»
    [many] chiesto { $count } di volte: «{ $question }»
   *[other] chiesto { $count } volte: «{ $question }»
}
questions-waiting = { $count ->
    [one] 1 persona aspetta la risposta
    [many] { $count } di persone aspettano la risposta
   *[other] { $count } persone aspettano la risposta
}
questions-how = Pubblica un fatto che risponda a una di queste domande e chi aspetta verrà avvisato. Chiudi quelle a cui nessuno può rispondere.
questions-none = Nessuna domanda aperta: per ora nessun lettore aspetta una risposta.
questions-closed = La domanda { $number } è stata chiusa.

search-corrected = Nessun risultato per «{ $query }». Ecco invece quelli per «{ $corrected }».
search-filters = Solo: { $filters }
unknown-search-filtered = Nessun risultato per «{ $query }» con questi filtri: { $filters }.
kind-article = articolo
kind-fact = fatto
kind-event = evento
kind-person = persona
param-search-kind = Solo articoli, fatti, eventi o persone
param-search-status = Solo voci con questo stato
param-search-topic = Solo voci su questo argomento
param-search-since = Da questa data: 2024, 2024-06 o 2024-06-19
param-search-until = Fino a questa data
param-search-instrument = Solo ciò che riguarda questo trattato, per esempio 1961
param-kind-name = tipo
param-instrument-name = trattato

fault-filter = { $filter }: «{ $value }» non è un valore ammesso; scegli tra: { $choices }.
mistake-filters = { $count ->
    [one] Un filtro non può essere usato:
    [many] { $count } di filtri non possono essere usati:
   *[other] { $count } filtri non possono essere usati:
}

double-figures = cifre diverse
double-denial = solo una delle due nega qualcosa
