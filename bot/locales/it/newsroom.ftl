### La redazione: proporre, valutare, pubblicare, e chi può farlo.

## Schede da valutare

review-add = { $label } · nuovo fatto
review-edit = { $label } · correzione
review-retract = { $label } · ritiro
review-report = { $label } · segnalazione su { $entry }
review-kind-add = nuovo fatto
review-kind-edit = correzione
review-kind-retract = ritiro
review-kind-report = segnalazione
review-pending = In attesa di approvazione: { $given } su { $needed }.
review-embargo = Pubblicazione non prima di: { $time }.
review-approved = Proposta approvata; pubblicazione prevista: { $time }.
review-published = Proposta pubblicata come { $revision }; approvata da { $who }.
review-rejected = Proposta non accolta. Motivo: { $reason }
review-open-report = Segnalazione di un lettore, ancora aperta.
review-report-settled = Segnalazione risolta con una modifica alla voce.
review-note = Nota: { $note }
review-reason = Motivo: { $reason }
review-related = Riguarda:
review-severity = Urgenza:
review-doubles = Possibili doppioni: { $labels }
review-missing = Lingue ancora mancanti: { $languages }
review-by = Inviata da { $who } · { $age }
review-here = D'ora in poi le schede da valutare compariranno qui.
review-off = Le schede da valutare non compariranno più qui.
severity-flash = immediata
severity-normal = normale
severity-quiet = solo nei riepiloghi
age-now = poco fa
age-minutes = { $count ->
    [one] 1 minuto fa
    [many] { $count } di minuti fa
   *[other] { $count } minuti fa
}
age-hours = { $count ->
    [one] 1 ora fa
    [many] { $count } di ore fa
   *[other] { $count } ore fa
}
age-days = { $count ->
    [one] 1 giorno fa
    [many] { $count } di giorni fa
   *[other] { $count } giorni fa
}

## Che cosa è successo

queued = { $label } è in coda. Prima che i lettori la vedano deve approvarla un'altra persona: /approve { $label }
queued-alone = { $label } è in coda. Sarà pubblicata quando un redattore la approverà: /approve { $label }
suggested = Grazie. La tua proposta è arrivata in redazione con il numero { $label }; nessun altro la vedrà prima che sia approvata.
withdrawn = { $label } è stata ritirata.
queue-heading = Da decidere: { $count }
queue-empty = Non c'è nulla in attesa.
reported = Grazie. La tua segnalazione su { $entry } è arrivata in redazione con il numero { $label }.
undone = La pubblicazione di { $label } è stata annullata; i lettori vedono ciò che vedevano prima. La proposta è di nuovo in attesa.
undone-closed = La pubblicazione di { $label } è stata annullata; i lettori vedono ciò che vedevano prima. Nel frattempo è arrivata un’altra proposta, perciò questa è chiusa.
scheduled = Pubblicazione di { $label } non prima di: { $time }. Le approvazioni restano necessarie.
schedule-off = Per { $label } non è più fissato un orario; sarà pubblicata appena approvata.
pushes-held = Al momento non parte nulla: tutti gli invii sono sospesi. Ciò che viene pubblicato partirà quando il gestore li riattiverà.
freeze-on = Le pubblicazioni sono ferme. Si possono comunque presentare proposte.
freeze-none = Le pubblicazioni non sono ferme.
unfrozen = Le pubblicazioni riprendono.
freeze-vote = Il tuo voto per il blocco vale un'ora; { $count ->
    [one] serve ancora 1 redattore
    [many] servono ancora { $count } di redattori
   *[other] servono ancora { $count } redattori
}.
unfreeze-vote = Il tuo voto per la ripresa vale un'ora; { $count ->
    [one] serve ancora 1 redattore
    [many] servono ancora { $count } di redattori
   *[other] servono ancora { $count } redattori
}.
freeze-how = Un proprietario decide da solo; altrimenti servono due redattori.
clean-up-heading = Modifiche di { $who } (inizio: { $since })
clean-up-open = Proposte aperte che sarebbero respinte: { $count }
clean-up-nothing-yet = Finora non è cambiato nulla. Ciò che questa persona ha aggiunto sarebbe ritirato; dove l'ultima modifica è sua, la voce tornerebbe com'era.
cleaned-up = Modifiche di { $who } annullate: { $count ->
    [one] 1 voce
    [many] { $count } di voci
   *[other] { $count } voci
}.
role-reader = lettore
role-contributor = collaboratore
role-editor = redattore
role-owner = proprietario
role-by-setting = per impostazione del gestore
role-granted = Il ruolo di { $who } è ora: { $role }.
role-revoked = { $who } non ha più un ruolo; ora è: { $role }.
role-linked = La stessa persona ha ancora un ruolo come { $who }.
roles-heading = Chi lavora qui
roles-none = Nessuno ha ancora un ruolo.
link-code = Per collegare a questo un altro tuo account, inviami da lì la riga qui sotto entro { $minutes ->
    [one] 1 minuto
    [many] { $minutes } di minuti
   *[other] { $minutes } minuti
}:
link-warning = Non dare questo codice a nessuno. Il collegamento non aggiunge diritti a nessuno dei due account: dove servono due persone, contano come una sola.
linked = Questi account contano ora come una sola persona: { $accounts }
forget-what = Elimina tutto ciò che riconduce a te: la lingua, l'iscrizione della tua chat privata, i ruoli, le bozze aperte e i collegamenti tra i tuoi account. Ciò che hai pubblicato resta, firmato con uno pseudonimo a cui nessuno potrà più dare un nome.
forgotten = Fatto: qui nulla riconduce più a te.

## Moduli: che cosa si chiede, e i nomi dei campi come si possono scrivere

form-addfact = Nuovo fatto
form-suggest = Proponi un fatto
form-editfact = Modifica { $label }
form-reject = Respingi { $label }
form-retract = Ritira { $label }
form-report = Segnala un errore in { $label }
form-step = Domanda { $number } di { $count }
form-cancelled = Annullato; nulla è stato conservato.
input-statement = affermazione (statement)
input-source = fonte (source)
input-topic = argomento (topic)
input-article = articolo (article)
input-date = data (date)
input-status = stato (status)
input-by = chi (by)
input-severity = urgenza (severity)
input-more = altri campi (more)
input-field = campo (field)
input-value = valore (value)
input-note = nota (note)
input-reason = motivo (reason)
ask-statement = Qual è il fatto? Una o due frasi semplici, così come le vedranno i lettori.
ask-source = Dove si legge? L'indirizzo della pagina, seguito dal titolo se vuoi.
ask-topic = Di che cosa si tratta? Il nome di un argomento.
ask-article = Quale articolo riguarda? Per esempio 4, oppure 1961 1.
ask-date = Quando è accaduto? 2024, 2024-06 o 2024-06-19.
ask-status = Quanto è certo?
ask-by = Chi lo afferma? Serve per ciò che è soltanto dichiarato o controverso.
ask-severity = Con quanta urgenza va annunciato?
ask-more = Altri campi, p. es. stato: dichiarato | chi: KCNA | articolo: 4
ask-change-field = Quale campo?
ask-change-value = Che cosa deve contenere?
ask-change-note = Che cosa cambia, in poche parole? I lettori lo vedranno tra le revisioni.
ask-change-statement = Il testo nella nuova versione
ask-change-source = L'indirizzo di un'altra fonte
ask-change-date = 2024, 2024-06 o 2024-06-19
ask-change-status = confermato, dichiarato o controverso
ask-reject-reason = Perché no? L'autore leggerà il motivo.
ask-retract-reason = Perché la voce viene ritirata? I lettori vedranno il motivo.
ask-report-reason = Che cosa c'è di sbagliato?
example-retract-reason = la fonte ha ritirato la notizia
example-report-reason = la data è sbagliata
reject-unsourced = La fonte non lo dice.
reject-double = Lo abbiamo già.
reject-unclear = Non si capisce che cosa si intenda.
fields-known = Campi, separati da |:

## Pulsanti

button-approve = ✓ Approva
button-reject = ✗ Respingi
button-edit = Modifica
button-withdraw = Ritira la proposta
button-undo = Annulla ({ $seconds } s)
button-freeze = Ferma le pubblicazioni
button-unfreeze = Riprendi a pubblicare
button-clean-up = { $count ->
    [one] Annulla 1 voce
    [many] Annulla ({ $count })
   *[other] Annulla { $count } voci
}
button-forget = Dimenticami
button-whole = Mostra tutto
button-skip = Salta
button-cancel = Annulla

## Che cosa non va in ciò che è stato scritto

mistake-fields = { $count ->
    [one] C'è prima una cosa da correggere:
    [many] Ci sono prima { $count } di cose da correggere:
   *[other] Ci sono prima { $count } cose da correggere:
}
mistake-nothing-changed = Così in { $label } non cambierebbe nulla.
mistake-no-form = Non c'è più nessun modulo aperto; /addfact o /suggest ne apre uno.
mistake-when = Quando? Per esempio /schedule { $label } 2026-12-01 09:00, /schedule { $label } 18:30 o /schedule { $label } no
mistake-time = «{ $value }» non è un orario che so leggere. Scrivi per esempio 2026-12-01 09:00, 18:30 o «no».
mistake-time-past = L'orario indicato ({ $value }) è già passato.
mistake-time-skipped = L'orario { $value } non esiste nel fuso { $zone }: quando si mettono avanti gli orologi viene saltato.
mistake-retract = Quale voce, e perché? Per esempio /retract F-12 la fonte ha ritirato la notizia
mistake-report = Quale voce, e che cosa c'è di sbagliato? Per esempio /report F-12 la data è sbagliata
mistake-which = Quale? Scrivine il numero, per esempio /{ $command } F-12, oppure apri la coda.
mistake-roles = Scrivi per esempio /roles grant telegram:55 editor, /roles revoke telegram:55 o /roles list
mistake-account = «{ $value }» non è un account. Scrivi la piattaforma e l'id numerico, per esempio telegram:55; i nomi può prenderli chiunque.
mistake-clean-up = Scrivi per esempio /retract by telegram:55 since 2026-11-20 account rubato
fault-field = Non conosco il campo «{ $value }».
fault-field-guess = Non conosco il campo «{ $value }»; forse «{ $guess }»?
fault-empty = Il campo «{ $field }» è vuoto.
fault-doubled = Il campo «{ $field }» è indicato due volte.
fault-long = Il campo «{ $field }» è troppo lungo: al massimo { $limit ->
    [one] 1 carattere
    [many] { $limit } di caratteri
   *[other] { $limit } caratteri
}.
fault-no-words = «{ $value }» non dice nulla.
fault-no-statement = Manca l'affermazione.
fault-no-source = Manca una fonte: aggiungi fonte: e l'indirizzo della pagina.
fault-sources = Troppe fonti in una volta: al massimo { $limit }.
fault-source-form = «{ $value }» non è l'indirizzo di una pagina pubblica; comincia con https:// e un nome come tass.com.
fault-source-scheme = «{ $value }» comincia con { $scheme }://; come fonti valgono solo indirizzi http e https.
fault-topic = Non conosco l'argomento «{ $value }»; /topics li elenca.
fault-topic-guess = Non conosco l'argomento «{ $value }»; forse { $guess }?
fault-article = Non conosco l'articolo «{ $value }»; scrivi per esempio 4, preambolo o 1961 1.
fault-date = «{ $value }» non è una data; scrivi 2024, 2024-06 o 2024-06-19.
fault-future = { $value } deve ancora venire; un fatto è già accaduto.
fault-status = «{ $value }» non è uno stato; scegli tra confermato, dichiarato e controverso.
fault-status-retracted = Per ritirare una voce usa /retract.
fault-severity = «{ $value }» non è possibile; scegli tra lampo, normale e silenzioso.
fault-no-who = { $status ->
    [disputed] È controverso; chi lo afferma? chi: …
   *[other] È soltanto dichiarato; chi lo afferma? chi: …
}
fault-against-text = L'altra parte è indicata; che cosa dice? contro: …
fault-against-who = Chi afferma il contrario? contro-chi: …
fault-against-source = Dove lo dice l'altra parte? contro-fonte: https://…
remark-by-dropped = Ciò che è confermato si regge sulle fonti; «chi» è stato tolto.
remark-one-side = Finora si sente una parte sola. L'altra: /editfact con contro: … | contro-chi: … | contro-fonte: …
remark-against-dropped = Solo una voce controversa ha due parti; «contro» è stato tolto.

## Rifiuti, ciascuno con il motivo

refused-anonymous-desk = Stai scrivendo come gruppo, canale o bot, e nessuno può risponderne. Disattiva l'anonimato, oppure scrivimi in privato a tuo nome.
refused-own = { $label } è tua: deve approvarla qualcun altro.
refused-decided-published = Su { $label } si è già deciso: pubblicata.
refused-decided-rejected = Su { $label } si è già deciso: respinta.
refused-decided-because = Su { $label } si è già deciso: respinta. Motivo: { $reason }
refused-decided-report = La segnalazione { $label } è già stata trattata.
refused-stale-draft = Nel frattempo { $label } è stata riscritta (hai visto la versione { $draft }, ora c'è la { $current }). Riguardala: /queue { $label }
refused-stale-base = Nel frattempo la voce è cambiata: { $label } era scritta per la revisione { $base }, ora c'è la { $current }. Aggiornala con /editfact { $label }
refused-other-revision = { $label } diventerebbe la revisione { $becomes }, non la { $revision }. Rivedila: /queue { $label }
refused-frozen = Le pubblicazioni sono ferme, quindi { $label } per ora non si può pubblicare. /freeze status
refused-approved = Hai già approvato { $label }; ora tocca ad altri.
refused-rate = Troppo in una volta: al massimo { $per_minute } al minuto e { $per_hour } all'ora. Aspetta un poco.
refused-report = { $label } è una segnalazione: correggi o ritira { $entry }, oppure respingi la segnalazione.
refused-unsourced = { $label } non ha fonti e non si può pubblicare.
refused-amend = { $label } non si può riscrivere; respingila e presentala di nuovo.
refused-open = Per { $label } c'è già qualcosa in attesa: /queue { $label }
refused-not-published = { $label } non è pubblicata.
refused-moved-on = Nel frattempo { $label } è cambiata di nuovo; correggila con /editfact.
refused-undo-late = La pubblicazione di { $label } non si può più annullare: era possibile entro { $seconds ->
    [one] 1 secondo
    [many] { $seconds } di secondi
   *[other] { $seconds } secondi
} dalla pubblicazione. Correggi la voce con /editfact o ritirala.
refused-retracted = { $label } è stata ritirata e tale resta; se invece è vera, aggiungila come nuova.
refused-status = Lo stato di { $label } non può passare da «{ $before ->
    [confirmed] confermato
    [claimed] dichiarato
    [disputed] controverso
    [retracted] ritirato
   *[other] { $before }
}» a «{ $after ->
    [confirmed] confermato
    [claimed] dichiarato
    [disputed] controverso
    [retracted] ritirato
   *[other] { $after }
}».
refused-suggestions = Hai già { $limit ->
    [one] 1 proposta
    [many] { $limit } di proposte
   *[other] { $limit } proposte
} in attesa; quando se ne sarà decisa una, potrai inviarne un'altra.
refused-shared = Con { $value } possono parlare in molti, quindi non può avere un ruolo.
refused-owner-setting = { $value } è proprietario per impostazione del gestore (OWNERS); si cambia lì.
refused-review-private = Le schede da valutare sono per un gruppo: aggiungimi lì e scrivi /queue here
refused-link-code = Questo codice è sbagliato, già usato o scaduto; /link ne crea uno nuovo.
refused-foreign-button = Questo pulsante appartiene a un'altra chat.
refused-others-button = Questo pulsante è di un'altra persona; scrivi tu il comando.
refused-clean-up-moved = Ora c'è altro da annullare; riguarda prima di decidere.
unknown-proposal = Nessuna proposta in attesa per «{ $value }».
unknown-undone = { $label } è stata annullata subito dopo la pubblicazione.
unknown-account = Non conosco l'account «{ $value }».
unknown-work = Nessuna modifica di { $value } da annullare (inizio: { $since }).

## Help on the desk, by one example

button-help-desk = La redazione
help-desk-heading = La redazione, con un esempio
help-desk-intro = Nulla viene letto da altri prima che una seconda persona l'abbia approvato, e nulla si approva senza fonte.
help-desk-add = Un collaboratore o un redattore scrive il fatto. La risposta è un'anteprima con un numero, qui { $label }, che resta in coda.
help-desk-edit = Chi è in redazione completa la bozza, per esempio con un'altra lingua. Le approvazioni già date non valgono più.
help-desk-review = I redattori vedono che cosa aspetta, con fonti, modifiche e possibili doppioni.
help-desk-approve = { $approvals ->
    [0] Qui un redattore pubblica da solo, con una sola approvazione:
    [one] Una persona diversa dagli autori approva, e si pubblica:
    [many] { $approvals } persone diverse dagli autori approvano, e si pubblica:
   *[other] { $approvals } persone diverse dagli autori approvano, e si pubblica:
}
help-desk-reject = Oppure si respinge, con un motivo che l'autore legge:
help-desk-schedule = Prima dell'approvazione si può fissare un'ora, nel fuso orario del gestore:
help-desk-undo = Pubblicato troppo presto? Per { $seconds ->
    [one] { $seconds } secondo
    [many] { $seconds } secondi
   *[other] { $seconds } secondi
} si può annullare:
help-desk-correct = Più tardi si corregge; il testo vecchio resta nella cronologia e la modifica si approva come un fatto nuovo:
help-desk-retract = Ciò che si rivela sbagliato si ritira; il numero continua a rispondere, con il motivo:
help-desk-freeze = In caso di emergenza un proprietario o due redattori fermano le pubblicazioni:
