"""Messages that came back to the sender's address: found in a mailbox, and read for what they say."""
