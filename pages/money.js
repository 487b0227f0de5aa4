// -- money: the digits of a currency are the server's to say, never the browser's (C.currencies: those without two)
function digits(currency) { return C.currencies[currency] || [2, 2]; }
function money(price) {
  var d = digits(price.currency), shown = price.amount % Math.pow(10, d[0] - d[1]) ? d[0] : d[1];
  return priced(price.amount / Math.pow(10, d[0]), price.currency, shown);
}
