"""Calls in which digits are spoken, with the truth of when, made of people and voices that the model was not taught with."""
