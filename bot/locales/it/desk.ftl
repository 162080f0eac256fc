### Ciò che i lettori vedono delle modifiche e ciò che dice la redazione.

## Modifiche visibili ai lettori

card-retracted = Voce ritirata ({ $date }).
card-retracted-because = Voce ritirata ({ $date }). Motivo: { $reason }
card-undone = Questa voce è stata annullata subito dopo la pubblicazione.
card-who-otherwise = Chi afferma il contrario:
source-web = pagina web, editore non valutato
field-against = che cosa dice l'altra parte
field-against_by = chi afferma il contrario
field-against_sources = fonti dell'altra parte
field-retraction = motivo del ritiro
sources-other-side = dell'altra parte
history-undo = annullata
history-approved = approvata da { $people }
history-texts = Testi
history-lags = potrebbe non tener conto di { $label } ({ $language })
changes-heading = Che cosa è cambiato in { $label }
changes-first = È la prima revisione: prima non c'era nulla.
changes-none = Il contenuto è lo stesso della revisione precedente.
change-order = ordine diverso
button-changes = Che cosa è cambiato
