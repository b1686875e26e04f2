"""仮登録: the provisional account from [仮登録する] to its end, whatever that is."""
