module flashsale.example/waitingroom

go 1.19
