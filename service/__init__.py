"""The service behind `scheduler.run`: what is due, the processes that do it, and the web beside them."""
