## Domande con parole proprie

command-ask = Fai una domanda con parole tue
command-ask-help = Cerca la voce che risponde, con qualsiasi parola e in qualunque delle quattro lingue, e la mostra con le fonti. Se nessuna risponde di sicuro, lo dice e mostra le più vicine; se non c'è nulla, dice anche questo. Non scrive mai risposte di testa sua.
param-ask-question = La tua domanda
param-question-name = domanda
command-notify = Fatti avvisare quando c'è una risposta
command-notify-help = Se una domanda è rimasta senza risposta, annota che vuoi saperla. Quando una voce risponde ricevi un solo messaggio privato, poi la richiesta viene cancellata.
param-notify-question = Il numero della domanda, quello del pulsante
command-questions = Domande ancora senza risposta
command-questions-help = Elenca che cosa hanno chiesto i lettori senza trovare risposta, a partire dalle domande più frequenti, senza dire chi le ha fatte. «/questions close 12» ne mette una da parte. Appena una voce risponde, la domanda esce dall'elenco e chi aspettava viene avvisato.
param-questions-close = Il numero di una domanda da mettere da parte
param-close-name = chiudi

answer-more = Forse anche:
answer-closest = Nulla qui risponde con certezza. Le voci più vicine:
unknown-ask = Su questo non c'è ancora nulla: «{ $question }»
unknown-question = La domanda { $value } non è (più) aperta.
mistake-ask = Fai la domanda a parole, per esempio /ask quanti soldati sono andati nel Kursk.
button-notify = Avvisami quando c'è
button-suggest = Segnala un fatto
button-open = Apri { $label }
button-close = Metti da parte { $number }
notify-noted = Ti avviserò quando verrà pubblicato qualcosa che risponde a: «{ $question }»
notify-private = Un solo messaggio privato, poi la richiesta viene cancellata. Puoi cancellarla prima con
answered-heading = Ora c'è qualcosa sulla tua domanda
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
questions-how = Pubblica un fatto che risponda a una di queste e chi aspetta verrà avvisato. Metti da parte quelle a cui nessuno può rispondere.
questions-none = Nessuna domanda aperta: finora c'è stata una risposta per tutte.
questions-closed = La domanda { $number } è stata messa da parte.

search-corrected = Nessun risultato per «{ $query }». Ecco quelli per «{ $corrected }»:
search-filters = Solo: { $filters }
unknown-search-filtered = Nessun risultato per «{ $query }» con questi filtri: { $filters }.
kind-article = articolo
kind-fact = fatto
kind-event = evento
kind-person = persona
param-search-kind = Solo articoli, fatti, eventi o persone
param-search-status = Solo voci con questo stato
param-search-topic = Solo voci su questo argomento
param-search-since = Nulla che sia anteriore a questa data
param-search-until = Nulla che sia posteriore a questa data
param-search-instrument = Solo ciò che riguarda questo trattato, per es. 1961
param-kind-name = tipo
param-instrument-name = trattato

fault-filter = { $filter }: «{ $value }» non è possibile; scegli tra: { $choices }.
mistake-filters = { $count ->
    [one] Un filtro non può essere usato:
    [many] { $count } di filtri non possono essere usati:
   *[other] { $count } filtri non possono essere usati:
}

double-figures = cifre diverse
double-denial = una delle due nega qualcosa
privacy-questions = le domande rimaste senza risposta: solo il testo, non chi le ha fatte, fino a 90 giorni dopo l'ultima volta; indirizzi e-mail, nomi di account e numeri lunghi vengono cancellati dal testo. Se chiedi di essere avvisato, anche il tuo id numerico finché non ricevi l'avviso, al massimo per 180 giorni, o fino a /forgetme;
