### Ciò che le piattaforme mostrano nei menu: al massimo 100 caratteri. `command-<name>-help` compare con /help <name>.

bot-short-description = Fatti con le fonti sul trattato del 2024 tra Russia e Corea del Nord. Prova /treaty article4.
bot-description = Pactwatch risponde alle domande sul trattato che Russia e Corea del Nord hanno firmato il 19 giugno 2024: gli articoli, i precedenti, ciò che è accaduto da allora e chi lo afferma. Ogni risposta cita le fonti. Scrivi /treaty article4 per cominciare; /language cambia la lingua.

command-start = Saluta e mostra da dove cominciare
command-start-help = Mostra che cosa sa questo bot e i pulsanti per cominciare.
command-help = Elenca i comandi o ne spiega uno
command-help-help = Senza un nome elenca tutti i comandi. Con un nome spiega quel comando e mostra degli esempi.
param-help-command = Il comando da spiegare
command-treaty = Mostra un articolo del trattato, o tutti
command-treaty-help = Mostra un articolo con le fonti. Senza numero elenca gli articoli. Un trattato precedente si indica con l'anno (1961 1), la Carta dell'ONU con il nome o con «un» (un 51). Con «al» e una data (4 al 2024-06-20) si vede che cosa era noto quel giorno e se allora il trattato era in vigore.
param-treaty-article = Un articolo: 4, art. 4, preambolo, 1961 1, un 51
param-treaty-as_of = Un giorno, per esempio 2024-06-20
command-fact = Mostra un fatto, per numero o per nome
command-fact-help = Mostra un fatto con il suo stato, le fonti e chi lo afferma. Gli eventi (E-1) e le persone (P-1) si aprono allo stesso modo; @1 mostra una revisione precedente.
param-fact-fact = Il numero (F-12) o il nome del fatto
command-sources = Elenca tutte le fonti di una voce
command-sources-help = Elenca tutte le fonti di un articolo, di un fatto o di un evento, con editore, data e collegamento.
param-sources-entry = Un numero (F-12), un nome o un articolo (4)
command-history = Mostra com'è cambiata una voce
command-history-help = Elenca le revisioni di una voce, dalla più recente: quando, chi e che cosa è cambiato.
param-history-entry = Un numero (F-12), un nome o un articolo (4)
command-timeline = Mostra gli eventi in ordine di data
command-timeline-help = Elenca gli eventi dal più vecchio. Un argomento e una o due date restringono l'elenco: timeline troops 2024-10 2025.
param-timeline-topic = Solo gli eventi su questo argomento
param-timeline-since = Da questa data: 2024, 2024-06 o 2024-06-19
param-timeline-until = Fino a questa data
command-latest = Mostra i fatti e gli eventi più recenti
command-latest-help = Elenca i fatti e gli eventi datati, dal più recente.
command-compare = Mette a confronto due articoli
command-compare-help = Mostra due articoli uno dopo l'altro, dello stesso trattato o di due diversi, con gli argomenti in comune.
param-compare-first = Il primo articolo, per esempio 4
param-compare-second = Il secondo articolo, per esempio 1961/1
command-topics = Elenca gli argomenti o ne apre uno
command-topics-help = Senza un nome elenca gli argomenti. Con un nome mostra tutto ciò che vi è raccolto.
param-topics-topic = L'argomento da aprire
command-people = Elenca le persone o ne cerca una
command-people-help = Senza un nome elenca le persone della vicenda. Con un nome mostra di chi si tratta.
param-people-name = Il nome, o una sua parte
command-search = Cerca tra articoli, fatti, eventi e persone
command-search-help = Trova le voci che contengono le tue parole, in tutte e quattro le lingue, dalla più pertinente.
param-search-query = Le parole da cercare
command-check = Confronta un messaggio con ciò che è noto
command-check-help = Elenca le voci che riguardano un testo. Rispondi a un messaggio con /check, oppure scrivi il testo dopo il comando. Il bot non giudica il messaggio: mostra che cosa è noto e con quanta certezza.
param-check-text = Il testo da controllare
command-language = Scegli la tua lingua
command-language-help = Imposta la lingua in cui il bot ti risponde: it, en, ru o ko. In un gruppo gli amministratori possono sceglierla per tutti aggiungendo «chat».
param-language-language = it, en, ru o ko
param-language-scope = me, oppure chat per tutti qui (solo amministratori)
command-privacy = Che cosa conserva di te questo bot
command-privacy-help = Dice che cosa viene conservato di te, per quanto tempo, e che cosa no.

menu-check = Verifica con Pactwatch

## Nomi dei parametri nelle righe d'uso

param-command-name = comando
param-article-name = articolo
param-as_of-name = al giorno
param-fact-name = fatto
param-entry-name = voce
param-topic-name = argomento
param-since-name = da
param-until-name = a
param-first-name = articolo
param-second-name = altro articolo
param-name-name = nome
param-query-name = parole
param-text-name = testo
param-language-name = lingua
param-scope-name = me|chat
