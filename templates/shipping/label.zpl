{% autoescape off %}^XA
^CI28^PW812^LL1218^LH0,0
^FO30,30^A0N,56,52^FH^FD{{ service }}^FS
^FO560,30^A0N,28,26^FH^FD{{ date }}^FS
^FO560,64^A0N,28,26^FH^FD{{ weight }}^FS
^FO30,104^GB752,4,4^FS
^FO30,122^A0N,24,22^FDFrom^FS
{% for line in sender %}^FO30,{% widthratio forloop.counter 1 27 as step %}{{ step|add:122 }}^A0N,24,22^FH^FD{{ line }}^FS
{% endfor %}^FO30,330^GB752,2,2^FS
{% for line in receiver %}^FO30,{% widthratio forloop.counter0 1 41 as step %}{{ step|add:352 }}^A0N,38,34^FH^FD{{ line }}^FS
{% endfor %}^FO30,690^A0N,64,60^FH^FD{{ country }} {{ postcode }}^FS
^FO30,770^GB752,4,4^FS
^FO110,810^BY3,2,200^BCN,200,N,N,N,A^FD{{ number }}^FS
^FO110,1030^A0N,40,36^FD{{ grouped }}^FS
^FO110,1080^A0N,26,24^FH^FD{{ reference }}^FS
{% if is_sample %}^FO30,1140^A0N,40,36^FDSAMPLE - NOT FOR SHIPPING^FS
{% endif %}^XZ
{% endautoescape %}
