"""What customers look at: ご利用料金 and its 明細, of the months that are published."""
