from decimal import Decimal

from shop.prices import round_price, with_tax


class Order:
    def __init__(self, tax_percent=19):
        self.tax_percent = tax_percent
        self.lines = []

    def add(self, name, price, quantity=1):
        self.lines.append((name, Decimal(price), quantity))
        return self

    def net(self):
        return round_price(sum(price * quantity for _, price, quantity in self.lines))

    def gross(self):
        return with_tax(self.net(), self.tax_percent)
