"""The AsyncAPI 3.0 document: messages, the channels they travel by, and who sends and receives on each."""
