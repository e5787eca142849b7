"""What the package's learnt models are made by. None of it is needed to run the product."""
