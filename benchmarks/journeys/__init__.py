"""How many files must somebody open who follows an event on its way?"""
