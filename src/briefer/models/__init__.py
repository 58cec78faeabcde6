"""Models: the catalogue, the encoders and the extractive selection on top of them."""
