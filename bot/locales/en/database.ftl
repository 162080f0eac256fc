error-full = The disk of this service is full: nothing was changed. Its operator must make room; please try again later.
error-damaged = The database of this service is damaged, so this could not be done. Its operator must restore it; please try again later.
error-store = The database reported an error, so this may not have been done. Please check before you try again.
