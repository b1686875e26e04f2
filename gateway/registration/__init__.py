"""初回会員登録, steps 1 to 4: 認証情報, 初期情報, 確認, 仮登録. What was entered travels in sealed
cookies until registration has it.
"""
