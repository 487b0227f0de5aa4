// The calls of Stripe.js that the cart makes, against the simulator: a card form in place of the Payment Element, and the
// bank's page in a frame. It speaks to the simulator with the publishable key, as the real one does to Stripe.
(function () {
  'use strict';
  var home = new URL(document.currentScript.src).origin;
  function call(key, method, path, form) {
    return fetch(home + path, {
      method: method, headers: { Authorization: 'Bearer ' + key },
      body: form && new URLSearchParams(form)
    }).then(function (r) { return r.json(); }).then(function (body) { return body.error ? { error: body.error } : { body: body }; });
  }
  function failed() { return { error: { type: 'api_connection_error', message: 'The payment provider does not answer.' } }; }

  function Elements(stripe) {
    var inputs = {}, mounted = null, waiting = [];
    // In the cart's language, when it says so; the real one knows them all.
    function field(name, label, attributes) {
      var id = 'sim-' + name, l = document.createElement('label'), i = document.createElement('input');
      l.htmlFor = i.id = id; l.textContent = label; i.required = true; i.dir = 'ltr';
      for (var a in attributes) i.setAttribute(a, attributes[a]);
      inputs[name] = i;
      mounted.appendChild(l); mounted.appendChild(i);
    }
    this.create = function (type) {
      if (type !== 'payment') throw new Error('the simulator has only the Payment Element');
      return {
        mount: function (where) {
          mounted = typeof where === 'string' ? document.querySelector(where) : where;
          var hint = document.createElement('p');
          hint.className = 'soft small'; hint.lang = 'en'; hint.dir = 'ltr';
          hint.textContent = 'Test cards, with any later date and any CVC: 4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined, '
            + 'of 4000 0027 6000 3184 the bank asks.';
          mounted.appendChild(hint);
          field('number', 'Card number', { inputmode: 'numeric', autocomplete: 'cc-number', maxlength: 23 });
          field('expiry', 'MM / YY', { inputmode: 'numeric', autocomplete: 'cc-exp', maxlength: 7 });
          field('cvc', 'CVC', { inputmode: 'numeric', autocomplete: 'cc-csc', maxlength: 4 });
          waiting.forEach(function (then) { then({}); });
        },
        on: function (event, then) { if (event === 'ready') { if (mounted) then({}); else waiting.push(then); } return this; },
        update: function (options) { for (var n in inputs) inputs[n].disabled = !!options.readOnly; }
      };
    };
    this.submit = function () {
      var digits = inputs.number.value.replace(/\D/g, ''), expiry = inputs.expiry.value.match(/^\s*(\d{1,2})\s*\/?\s*(\d{2})\s*$/);
      var message = digits.length < 12 ? 'Your card number is incomplete.'
        : !expiry || +expiry[1] < 1 || +expiry[1] > 12 ? "Your card's expiration date is incomplete."
          : inputs.cvc.value.replace(/\D/g, '').length < 3 ? "Your card's security code is incomplete." : null;
      return Promise.resolve(message ? { error: { type: 'validation_error', message: message } } : { selectedPaymentMethod: 'card' });
    };
    this.card = function () {
      var expiry = inputs.expiry.value.split('/');
      return {
        'payment_method_data[type]': 'card', 'payment_method_data[card][number]': inputs.number.value.replace(/\D/g, ''),
        'payment_method_data[card][exp_month]': expiry[0].trim(), 'payment_method_data[card][exp_year]': (expiry[1] || '').trim(),
        'payment_method_data[card][cvc]': inputs.cvc.value
      };
    };
  }

  window.Stripe = function (key) {
    function retrieve(secret) {
      return call(key, 'GET', '/v1/payment_intents/' + secret.split('_secret_')[0] + '?client_secret=' + encodeURIComponent(secret));
    }
    return {
      elements: function (options) { return new Elements(this, options); },
      createConfirmationToken: function (options) {
        return call(key, 'POST', '/v1/confirmation_tokens', options.elements.card()).then(function (r) {
          return r.error ? r : { confirmationToken: r.body };
        }, failed);
      },
      retrievePaymentIntent: function (secret) {
        return retrieve(secret).then(function (r) { return r.error ? r : { paymentIntent: r.body }; }, failed);
      },
      handleNextAction: function (options) {
        return retrieve(options.clientSecret).then(function (r) {
          if (r.error || r.body.status !== 'requires_action') return r.error ? r : { paymentIntent: r.body };
          var next = r.body.next_action;
          if (next.redirect_to_url) { location.assign(next.redirect_to_url.url); return new Promise(function () { }); }
          return frame(next.use_stripe_sdk.stripe_js).then(function (closed) { return watch(options.clientSecret, closed); });
        }, failed);
      }
    };

    function frame(url) {
      var d = document.createElement('dialog'), f = document.createElement('iframe'), x = document.createElement('button');
      d.setAttribute('aria-label', 'Your bank'); f.title = 'Your bank'; f.src = url; x.type = 'button'; x.textContent = '×';
      x.setAttribute('aria-label', 'Close');
      d.className = 'bank'; d.appendChild(x); d.appendChild(f); document.body.appendChild(d); d.showModal();
      var closed = { by: null, away: function () { d.close(); d.remove(); } };
      x.onclick = d.oncancel = function (e) { e.preventDefault(); closed.by = 'shopper'; };
      return Promise.resolve(closed);
    }
    // The real one hears of the end from its own server; a look each half second does.
    function watch(secret, closed) {
      return retrieve(secret).then(function (r) { return r; }, failed).then(function (r) {
        var over = r.body && r.body.status !== 'requires_action';
        if (!over && !closed.by) return new Promise(function (go) { setTimeout(go, 500); }).then(function () { return watch(secret, closed); });
        if (over) {
          closed.away();
          return r.body.status === 'requires_payment_method' ? { error: r.body.last_payment_error } : { paymentIntent: r.body };
        }
        // Closing the bank's page is a no, as it is with the real one.
        return call(key, 'POST', '/v1/payment_intents/' + secret.split('_secret_')[0] + '/source_cancel', { client_secret: secret })
          .then(function (answer) { closed.away(); return answer.error ? answer : { error: answer.body.last_payment_error }; }, failed);
      });
    }
  };
})();
