"""The published language: every command, query, reply and event that crosses a process boundary. pydantic
models only.

A type name carries its version; a golden sample of each lies in `samples/` and is never edited
(docs/messages.md).
"""
