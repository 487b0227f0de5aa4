package flashsale;

import java.io.IOException;

/** What all processes of a shop share: the tokens that were used. */
public interface Store {
    /**
     * Remembers a key (of letters and digits) until then (epoch seconds), in one step with looking.
     *
     * @return false when it was there
     */
    boolean once(String key, long until) throws IOException;
}
