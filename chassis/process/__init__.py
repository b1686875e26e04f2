"""What a running process needs: settings, clock, logs, metrics, health, and the runner that starts and drains
it.
"""
