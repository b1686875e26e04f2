"""入力内容の確認: is a form that is pressed again the same registration, a corrected one, or somebody
else's?
"""
