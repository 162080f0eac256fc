error-full = Il disco di questo servizio è pieno: nulla è stato modificato. Il gestore deve liberare spazio; riprova più tardi.
error-damaged = Il database di questo servizio è danneggiato e la richiesta non è stata eseguita. Il gestore deve ripristinarlo; riprova più tardi.
error-store = Il database ha segnalato un errore: la richiesta potrebbe non essere stata eseguita. Controlla prima di riprovare.
