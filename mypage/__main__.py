"""`python -m mypage`."""

from mypage.cli import main

main()
