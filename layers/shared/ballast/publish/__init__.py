"""How do notices become messages? Read grouping, conversation, decisions, wording, publisher."""
