import './portico.scss';
