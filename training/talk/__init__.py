"""How the weights are made by which a number is judged from what is said around it: `python -m training.talk`."""
