"""How the model that hears spoken digits is made: voices, scenes, a small network, and the figures of who was kept out."""
