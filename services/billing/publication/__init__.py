"""The operator's word which months customers see, and what proves that nothing of them changes unsaid."""
