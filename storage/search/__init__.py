"""Search by words: `analyzer` makes index terms of texts and queries, `lexical` the documents and the statement."""
