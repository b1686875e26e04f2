"""One module per screen: reads the request, asks at most one service, answers with HTML or a redirect."""
