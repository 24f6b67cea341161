"""Prices and orders."""
