"""What every web component needs round its pages: cookies that nobody else can read, the checks against other
sites, headers, the access line, forms, and where a browser comes from. It knows no page.
"""
