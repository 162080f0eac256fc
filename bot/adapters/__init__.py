"""The platforms: each folder turns one of them into `Request`s and `Reply`s and knows nothing of the others."""
